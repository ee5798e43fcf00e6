// spinlab check: every execution of small programs on every lock.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <memory>
#include <thread>

#include "harness/check_output.hpp"
#include "harness/commands.hpp"
#include "harness/exit_status.hpp"
#include "harness/number_option.hpp"
#include "harness/say.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

// Searches beyond take minutes; they end here unless the user says otherwise.
constexpr std::uint64_t kDefaultExecutions = 1'000'000;
constexpr std::uint64_t kMostExecutions = 1'000'000'000'000;

struct CheckOptions {
  std::vector<std::string> locks;
  std::string client;
  int threads = 0;
  int acquisitions = 0;
  int nodes = 0;
  std::uint64_t bound = kDefaultExecutions;
  std::uint64_t random = 0;
  std::uint64_t seed = 1;
  int jobs = 0;
  bool symmetric = false;
  bool json = false;
  std::string replay;
  std::string weaken;
  std::vector<std::string> mutate;
  bool mutants = false;
  bool systematic = false;
};

std::vector<CheckTask> tasks_of(const CheckedLock& lock, const CheckClient& client,
                                const CheckOptions& options) {
  if (options.threads == 0 && options.acquisitions == 0 && options.nodes == 0)
    return ladder_of(lock, client, options.symmetric);
  CheckShape shape;
  if (options.threads > 0) shape.threads = options.threads;
  if (options.acquisitions > 0) shape.acquisitions = options.acquisitions;
  if (options.nodes > 0) shape.nodes = options.nodes;
  return {task_of(lock, client, shape, options.symmetric)};
}

std::vector<NamedMutation> mutations_for(const CheckedLock& lock, const CheckOptions& options) {
  std::vector<NamedMutation> mutations;
  for (const std::string& name : options.mutate) mutations.push_back(mutation_named(lock, name));
  return mutations;
}

std::vector<CheckTask> tasks_for(const CheckOptions& options) {
  std::vector<CheckTask> tasks;
  bool is_client = options.client.empty();
  const auto locks = checked_locks_named(options.locks);
  for (const CheckedLock* lock : locks)
    for (const CheckClient& client : lock->clients) {
      if (!options.client.empty() && client.name != options.client) continue;
      is_client = true;
      for (CheckTask& task : tasks_of(*lock, client, options)) {
        task.mutations = mutations_for(*lock, options);
        tasks.push_back(std::move(task));
      }
    }
  if (!is_client) client_named(*locks.front(), options.client);  // Says which there are.
  return tasks;
}

// A violation outweighs a bound.
void exit_with(bool violation, bool bounded) {
  if (violation) throw ExitStatus{kExitFoundWanting};
  if (bounded) throw ExitStatus{kExitBounded};
}

void check_locks(const CheckOptions& options) {
  const CheckLimits limits{options.bound, options.random, options.seed, true};
  const auto results = run_checks(tasks_for(options), limits, options.jobs);
  print_text(options.json ? checks_json(results) : checks_text(results));
  const auto fails = [](const CheckResult& r) { return r.verdict != checked::Verdict::kOk; };
  exit_with(std::ranges::any_of(results, fails),
            std::ranges::any_of(results, &CheckResult::is_bounded));
}

// Fails on what survives without being known to, and on what is killed that should survive.
void run_and_judge(const std::vector<Mutant>& mutants, bool everywhere,
                   const CheckOptions& options) {
  const auto results = run_mutants(mutants, everywhere, options.jobs);
  print_text(options.json ? mutants_json(results) : mutants_text(results));
  exit_with(!are_as_expected(results), false);
}

void check_mutants(const CheckOptions& options) {
  std::vector<Mutant> mutants;
  for (const CheckedLock* lock : checked_locks_named(options.locks))
    for (Mutant& mutant : options.systematic ? all_mutants(*lock) : listed_mutants(lock->name))
      mutants.push_back(std::move(mutant));
  run_and_judge(mutants, options.systematic, options);
}

void check_orders(const CheckOptions& options) {
  const CheckedLock& lock = *checked_locks_named({options.weaken}).front();
  run_and_judge(weaker_orders_of(lock), true, options);
}

void show_again(const CheckOptions& options) {
  const CheckResult result = replay_check(options.replay);
  print_text(options.json ? checks_json({result}) : result.report);
  exit_with(result.verdict != checked::Verdict::kOk, false);
}

// One thing at a time: what would be ignored is refused.
void refuse_contradictions(const CheckOptions& options) {
  const int modes = (options.replay.empty() ? 0 : 1) + (options.weaken.empty() ? 0 : 1) +
                    (options.mutants ? 1 : 0) + (options.systematic ? 1 : 0);
  if (modes > 1)
    throw UserError("only one of --replay, --weaken, --mutants and --all-mutants at a time");
  const bool shaped = !options.client.empty() || options.threads != 0 ||
                      options.acquisitions != 0 || options.nodes != 0 || !options.mutate.empty() ||
                      options.random != 0 || options.symmetric;
  if (modes == 1 && shaped)
    throw UserError(
        "--client, --threads, --acquisitions, --nodes, --mutate, --random and --symmetric are for "
        "the "
        "checks of locks, not for --replay, --weaken or mutants");
  if ((!options.replay.empty() || !options.weaken.empty()) && !options.locks.empty())
    throw UserError("--replay and --weaken name their lock themselves: spinlab check --weaken mcs");
  if (!options.mutate.empty() && options.locks.size() != 1)
    throw UserError("--mutate needs the one lock that it breaks: spinlab check mcs --mutate ...");
}

void add_options(CLI::App& command, CheckOptions& options) {
  command.add_option("locks", options.locks, "Which locks; all unless given");
  command.add_option("--client", options.client, "One program only; the table names them")
      ->check(not_empty());
  command.add_option("--threads", options.threads, "Instead of the ladder; 1 to 8")
      ->check(number_from(1, 8));
  command.add_option("--acquisitions", options.acquisitions, "By each thread; 1 to 9")
      ->check(number_from(1, 9));
  command
      .add_option("--nodes", options.nodes, "NUMA nodes, on which the threads run in turn; 1 to 8")
      ->check(number_from(1, 8));
  command
      .add_option("--bound", options.bound,
                  "Complete executions after which a search ends; 0: none")
      ->check(number_from(std::uint64_t{0}, kMostExecutions))
      ->capture_default_str();
  command.add_option("--random", options.random, "So many random walks instead of a search")
      ->check(number_from(std::uint64_t{1}, kMostExecutions));
  command.add_option("--seed", options.seed, "Of the random walks")
      ->check(number_from(std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()))
      ->capture_default_str();
  command.add_option("--jobs", options.jobs, "Searches side by side; one a processor unless given")
      ->check(number_from(1, 1024));
  command.add_flag(
      "--symmetric", options.symmetric,
      "Explore one order of threads that are alike; 4 threads always do. Ignored, and said, "
      "where the lock tells its threads apart");
  command.add_flag("--json", options.json, "Print JSON");
  command.add_option("--replay", options.replay, "Show the execution of a report again")
      ->check(not_empty());
  command.add_option("--weaken", options.weaken, "Which of this lock's orders could be weaker")
      ->check(not_empty());
  command
      .add_option("--mutate", options.mutate,
                  "Break an operation first: mcs_lock:A3:drop-release; wrong names list them")
      ->check(not_empty());
  command.add_flag("--mutants", options.mutants, "Check the catalogue of broken locks");
  command.add_flag("--all-mutants", options.systematic, "Every change at every atomic operation");
}

}  // namespace

void add_check_command(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("check", "Explore every execution of small programs on the locks");
  const auto options = std::make_shared<CheckOptions>();
  add_options(*command, *options);
  command->footer(
      "Exit status 1 on a violation, or a mutant that is not killed or survives as expected; 3 if\n"
      "nothing was found but a search was bounded.\n"
      "Example: is MCS correct, and are its memory orders as weak as they may be?\n"
      "  spinlab check mcs && spinlab check --weaken mcs");
  command->callback([options] {
    refuse_contradictions(*options);
    if (options->jobs == 0)
      options->jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    if (!options->replay.empty()) return show_again(*options);
    if (!options->weaken.empty()) return check_orders(*options);
    if (options->mutants || options->systematic) return check_mutants(*options);
    check_locks(*options);
  });
}

}  // namespace spinlab
