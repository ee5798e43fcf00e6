#include "harness/check_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "harness/check_repair.hpp"
#include "harness/parallel_runs.hpp"
#include "harness/user_error.hpp"
#include "machines/checked/walk.hpp"

namespace spinlab {
namespace {

using checked::Verdict;

checked::Options options_of(const CheckTask& task, const CheckLimits& limits) {
  checked::Options options = task.lock->options;
  options.symmetric = task.symmetric;
  options.nodes = task.shape.nodes;
  for (const std::uint64_t bound : {limits.executions, task.sample.executions})
    if (bound > 0) options.max_executions = std::min(options.max_executions, bound);
  for (const NamedMutation& mutation : task.mutations)
    options.mutations.push_back({mutation.site.site, mutation.how});
  if (task.repair)
    options.mutations.push_back({*task.repair, checked::Mutation::Operator::kStrengthen});
  return options;
}

std::string place_of(const CheckTask& task) {
  std::string text =
      fmt::format("{}/{}/{}", task.lock->name, task.client->name, text_of(task.shape));
  for (const NamedMutation& mutation : task.mutations) text += "/" + mutation.name();
  return text;
}

void take_outcome(CheckResult& result, const checked::Outcome& outcome) {
  result.executions = outcome.executions;
  result.blocked = outcome.blocked;
  result.complete = outcome.complete;
  result.symmetric = outcome.symmetric;
  result.asks = outcome.asks.text();
  result.verdict = outcome.verdict();
}

void explain(CheckResult& result, const checked::Program& program, const checked::Options& options,
             checked::Violation& violation) {
  std::string steps;
  result.report =
      checked::explain(program, options, violation, &steps, try_repairs_of(result.task));
  result.replay = place_of(result.task) + "/" + steps;
  result.report += fmt::format("Again: spinlab check --replay {}\n", result.replay);
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts{""};
  for (const char character : text) {
    if (character == '/') {
      parts.emplace_back();
    } else {
      parts.back() += character;
    }
  }
  return parts;
}

CheckShape shape_from(const std::string& text) {
  CheckShape shape;
  const bool has_nodes = text.size() == 5 && text[3] == '@' && text[4] >= '1' && text[4] <= '8';
  if ((text.size() != 3 && !has_nodes) || text[1] != 'x' || text[0] < '1' || text[0] > '8' ||
      text[2] < '1' || text[2] > '9')
    throw UserError(fmt::format("'{}' is no shape; write threads x acquisitions, as 2x1", text));
  shape.threads = text[0] - '0';
  shape.acquisitions = text[2] - '0';
  if (has_nodes) shape.nodes = text[4] - '0';
  return shape;
}

checked::Outcome explore(const checked::Program& program, const checked::Options& options,
                         std::uint64_t walks, std::uint64_t seed,
                         const std::function<void(std::uint64_t)>& on_progress) {
  if (walks > 0) return checked::walk_at_random(program, options, walks, seed);
  checked::Search search(program, options);
  if (on_progress)
    search.on_progress = [&](const checked::Outcome& so_far) {
      on_progress(so_far.executions);
      return true;
    };
  return search.run();
}

}  // namespace

std::string text_of(CheckShape shape) {
  std::string text = fmt::format("{}x{}", shape.threads, shape.acquisitions);
  if (shape.nodes != CheckShape{}.nodes) text += fmt::format("@{}", shape.nodes);
  return text;
}

CheckTask task_of(const CheckedLock& lock, const CheckClient& client, CheckShape shape,
                  bool symmetric) {
  CheckTask task;
  task.lock = &lock;
  task.client = &client;
  task.shape = shape;
  task.symmetric = client.symmetric && (symmetric || shape.threads >= 4);
  return task;
}

std::vector<CheckTask> ladder_of(const CheckedLock& lock, const CheckClient& client,
                                 bool symmetric) {
  std::vector<CheckTask> tasks;
  for (const CheckShape shape : client.shapes)
    tasks.push_back(task_of(lock, client, shape, symmetric));
  for (const CheckSample& sample : client.samples) {
    tasks.push_back(task_of(lock, client, sample.shape, symmetric));
    tasks.back().sample = sample;
    if (sample.walks > 0) tasks.back().symmetric = false;  // A walk leaves nothing out.
  }
  return tasks;
}

std::vector<CheckTask> ladder_of(const CheckedLock& lock) {
  std::vector<CheckTask> tasks;
  for (const CheckClient& client : lock.clients)
    for (CheckTask& task : ladder_of(lock, client)) tasks.push_back(std::move(task));
  return tasks;
}

CheckResult run_check(const CheckTask& task, const CheckLimits& limits,
                      const std::function<void(std::uint64_t)>& on_progress) {
  CheckResult result;
  result.task = task;
  const checked::Program program = task.client->program(task.shape);
  const checked::Options options = options_of(task, limits);
  const auto begin = std::chrono::steady_clock::now();
  checked::Outcome outcome =
      explore(program, options, limits.random > 0 ? limits.random : task.sample.walks, limits.seed,
              on_progress);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  take_outcome(result, outcome);
  if (result.verdict != Verdict::kOk && limits.explain)
    explain(result, program, options, outcome.violation);
  return result;
}

std::vector<CheckResult> run_checks(const std::vector<CheckTask>& tasks, const CheckLimits& limits,
                                    int jobs) {
  std::vector<CheckResult> results(tasks.size());
  SharedProgress progress("check", tasks.size(),
                          [&](std::size_t index) { return place_of(tasks[index]); });
  const auto run = [&](std::size_t index) {
    results[index] = run_check(tasks[index], limits, [&](std::uint64_t executions) {
      progress.show(index, fmt::format("{} executions", executions));
    });
  };
  run_parallel(tasks.size(), jobs, run, progress);
  return results;
}

CheckResult replay_check(const std::string& text) {
  const std::vector<std::string> parts = split(text);
  if (parts.size() < 4)
    throw UserError(
        fmt::format("'{}' is no replay; it is lock/client/2x1/steps, as a report prints it", text));
  CheckTask task;
  task.lock = checked_locks_named({parts[0]}).front();
  task.client = &client_named(*task.lock, parts[1]);
  task.shape = shape_from(parts[2]);
  for (std::size_t at = 3; at + 1 < parts.size(); ++at)
    task.mutations.push_back(mutation_named(*task.lock, parts[at]));
  CheckResult result;
  result.task = task;
  const checked::Program program = task.client->program(task.shape);
  const checked::Options options = options_of(task, {});
  try {
    checked::Result replayed =
        checked::replay(program, options, checked::steps_from(parts.back()), try_repairs_of(task));
    take_outcome(result, replayed.outcome);
    result.report = std::move(replayed.report);
  } catch (const std::invalid_argument& error) {
    throw UserError(fmt::format("cannot replay '{}': {}", text, error.what()));
  }
  result.replay = text;
  return result;
}

}  // namespace spinlab
