#include "machines/checked/walk.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>
#include <utility>

#include "machines/checked/fairness.hpp"
#include "machines/checked/seq_cst.hpp"

namespace spinlab::checked {
namespace {

// To the end: when no thread can go on, those that wait look at what they wait for.
void go_at_random(Walk& walk, std::mt19937_64& engine) {
  const auto any = [&](const auto& all) { return all[engine() % all.size()]; };
  while (!walk.violation()) {
    std::vector<int> ready = walk.ready();
    if (ready.empty()) return;
    std::erase_if(ready, [&](int thread) { return walk.useful_steps(thread).empty(); });
    if (ready.empty()) {
      walk.take({walk.ready().front(), 0});
    } else {
      walk.take(any(walk.useful_steps(any(ready))));
    }
  }
}

}  // namespace

Walk::Walk(Threads& threads, const Options& options)
    : threads_(threads), options_(options), graph_(std::make_unique<Graph>()) {
  graph_->clear(threads_.count());
  threads_.forget();
  follow();
}

void Walk::follow() { violation_ = threads_.follow(*graph_); }

std::vector<int> Walk::ready() const {
  std::vector<int> all;
  for (int thread = 0; thread < graph_->threads && !violation_; ++thread)
    if (threads_.state(thread) == Threads::State::kAtRequest) all.push_back(thread);
  return all;
}

std::vector<Step> Walk::steps(int thread) const {
  const Request& request = threads_.request(thread);
  if (has_one_outcome(request.op)) return {{thread, 0}};
  if (request.op == Op::kPark) return {{thread, 0}, {thread, 1}};
  std::vector<Step> all;
  const IdList& messages = graph_->messages(request.cell);
  const int newest = messages.size() - 1;
  const int oldest =
      graph_->oldest_visible(request.cell, graph_->before(thread, graph_->count(thread)));
  for (int at = newest; at >= oldest; --at) {
    const bool taken = graph_->taker_of(messages[at], request.cell) != kNoEvent;
    const bool needs_free =
        request.op == Op::kStore || (request.satisfied_by(graph_->value_of(messages[at])) &&
                                     request.updates(graph_->value_of(messages[at])));
    if (!taken || !needs_free) all.push_back({thread, newest - at});
  }
  return all;
}

std::vector<Step> Walk::useful_steps(int thread) const {
  const Request& request = threads_.request(thread);
  std::vector<Step> all = steps(thread);
  if (!request.waits()) return all;
  const IdList& messages = graph_->messages(request.cell);
  std::erase_if(all, [&](const Step& step) {
    return !request.satisfied_by(graph_->value_of(messages[messages.size() - 1 - step.behind]));
  });
  return all;
}

void Walk::take(const Step& step) {
  const auto all =
      step.thread < graph_->threads && threads_.state(step.thread) == Threads::State::kAtRequest
          ? steps(step.thread)
          : std::vector<Step>{};
  if (std::find(all.begin(), all.end(), step) == all.end())
    throw std::invalid_argument("the program cannot take this step");
  const int thread = step.thread;
  const Request request = threads_.request(thread);
  Id conflict = kNoEvent;
  if (const Fault fault = fault_of(*graph_, thread, request, &conflict); fault != Fault::kNone) {
    violation_ = faulty(fault, conflict, thread, request);
    return;
  }
  if (has_one_outcome(request.op)) {
    append_fixed(*graph_, thread, request, ++last_uid_);
    return follow();
  }
  if (request.op == Op::kPark) {
    append_park(*graph_, thread, request, static_cast<Sleep>(step.behind), ++last_uid_);
    return follow();
  }
  const int position = graph_->messages(request.cell).size() - 1 - step.behind;
  const Id message = graph_->messages(request.cell)[position];
  if (request.op != Op::kStore) append_read(*graph_, thread, request, message, ++last_uid_);
  const bool owed = std::exchange(graph_->owes_write, -1) >= 0;
  if (owed || request.op == Op::kStore) {
    append_write(*graph_, thread, request, owed, ++last_uid_);
    graph_->place(request.cell, position + 1, event_id(thread, graph_->count(thread) - 1));
  }
  follow();
}

Ending Walk::end() {
  const Ending ending = ending_of(*graph_, threads_);
  if (ending == Ending::kDeadlock) violation_ = deadlock();
  if (ending == Ending::kFinished) violation_ = unfair(*graph_, most_bypasses(*graph_), options_);
  return ending;
}

Violation Walk::take_execution() {
  Violation violation = violation_ ? std::move(*violation_) : Violation{};
  violation.graph = std::move(graph_);
  return violation;
}

Outcome walk_at_random(const Program& program, const Options& options, std::uint64_t executions,
                       std::uint64_t seed) {
  Threads threads(program, options);
  return walk_at_random(threads, options, executions, seed);
}

Outcome walk_at_random(Threads& threads, const Options& options, std::uint64_t executions,
                       std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  Outcome outcome;
  for (std::uint64_t execution = 0; execution < executions; ++execution) {
    Walk walk(threads, options);
    go_at_random(walk, engine);
    const Ending ending = walk.violation() ? Ending::kBlocked : walk.end();
    if (!is_seq_cst_consistent(walk.graph())) {
      ++outcome.inconsistent;
    } else if (walk.violation()) {
      outcome.violation = walk.take_execution();
      return outcome;
    } else {
      ++(ending == Ending::kFinished ? outcome.executions : outcome.blocked);
    }
  }
  return outcome;
}

Outcome follow_steps(Threads& threads, const Options& options, const std::vector<Step>& steps) {
  Walk walk(threads, options);
  for (const Step& step : steps) {
    if (walk.violation()) break;
    walk.take(step);
  }
  Outcome outcome;
  if (!walk.violation() && walk.ready().empty()) {
    const Ending ending = walk.end();
    if (ending == Ending::kFinished) ++outcome.executions;
    if (ending == Ending::kBlocked) ++outcome.blocked;
  }
  outcome.violation = walk.take_execution();
  return outcome;
}

Outcome follow_steps(const Program& program, const Options& options,
                     const std::vector<Step>& steps) {
  Threads threads(program, options);
  return follow_steps(threads, options, steps);
}

}  // namespace spinlab::checked
