#include "machines/checked/search.hpp"

#include <algorithm>
#include <utility>

#include "machines/checked/extend.hpp"
#include "machines/checked/fairness.hpp"
#include "machines/checked/judge.hpp"
#include "machines/checked/seq_cst.hpp"

namespace spinlab::checked {

Search::Search(const Program& program, Options options)
    : options_(std::move(options)), threads_(program, options_) {}

Outcome Search::run() {
  do {
    stop_ = Stop::kNo;
    outcome_ = Outcome{};
    graphs_in_use_ = 0;
    Graph& root = borrow_graph();
    root.clear(threads_.count());
    threads_.forget();
    visit(root);
  } while (stop_ == Stop::kStartAgain);
  outcome_.symmetric = options_.symmetric;
  outcome_.asks = threads_.asks();
  outcome_.complete = stop_ == Stop::kNo || outcome_.verdict() != Verdict::kOk;
  return std::move(outcome_);
}

void Search::visit(Graph& graph) {
  if (stop_ != Stop::kNo) return;
  if (width_ > 0) return keep_some(graph);
  expand(graph);
}

double Search::estimate_executions(std::size_t width, std::uint64_t seed) {
  width_ = width;
  engine_.seed(seed);
  options_.max_executions = ~std::uint64_t{0};
  Level level;
  double executions = 0;
  do {
    stop_ = Stop::kNo;
    executions = 0;
    double stands_for = 1;  // So many nodes, each that was kept.
    next_level_.size = next_level_.seen = 0;
    Graph root;
    root.clear(threads_.count());
    threads_.forget();
    keep_some(root);
    while (next_level_.size > 0 && stop_ == Stop::kNo) {
      stands_for *= static_cast<double>(next_level_.seen) / static_cast<double>(next_level_.size);
      std::swap(level, next_level_);
      next_level_.size = next_level_.seen = 0;
      const std::uint64_t before = outcome_.executions;
      for (std::size_t node = 0; node < level.size; ++node) expand(*level.nodes[node]);
      executions += stands_for * static_cast<double>(outcome_.executions - before);
    }
  } while (stop_ == Stop::kStartAgain);
  return stop_ == Stop::kYes ? -1 : executions;
}

// Each node that is seen is kept with the same probability.
void Search::keep_some(const Graph& graph) {
  std::size_t place = next_level_.seen++;
  if (place >= width_) place = engine_() % next_level_.seen;
  if (place >= width_) return;
  if (place == next_level_.nodes.size()) next_level_.nodes.push_back(std::make_unique<Graph>());
  next_level_.size = std::max(next_level_.size, place + 1);
  Graph& kept = *next_level_.nodes[place];
  kept.copy_prefix(graph, graph.stamp, Clock{});
  kept.owes_write = graph.owes_write;
}

void Search::expand(Graph& graph) {
  if (graph.owes_write >= 0) return visit_owed_write(graph);
  std::optional<Violation> failure = threads_.follow(graph);
  if (options_.symmetric && threads_.asks().any()) {
    options_.symmetric = false;  // Up to here nothing told them apart, so nothing was overlooked.
    stop_ = Stop::kStartAgain;
    return;
  }
  if (failure) return report(std::move(*failure), graph);
  visit_next(graph);
}

void Search::visit_next(Graph& graph) {
  const int thread = next_thread();
  if (thread < 0) return end(graph);
  const Request request = threads_.request(thread);
  Id conflict = kNoEvent;
  if (const Fault fault = fault_of(graph, thread, request, &conflict); fault != Fault::kNone)
    return report(faulty(fault, conflict, thread, request), graph);
  if (has_one_outcome(request.op)) {
    append_fixed(graph, thread, request, new_uid());
    visit(graph);
    return remove_newest(graph, thread);
  }
  if (request.op == Op::kPark) return visit_park(graph, thread, request);
  if (request.op != Op::kStore) return visit_reads(graph, thread, request);
  if (options_.symmetric && !stored_[request.cell]) {
    stored_[request.cell] = true;  // No chain of updates: threads are not ordered by it.
    stop_ = Stop::kStartAgain;
    return;
  }
  append_write(graph, thread, request, false, new_uid());
  visit_write(graph, thread, kNoEvent);
  remove_newest(graph, thread);
}

// Writes first: reads then see more at once, and fewer executions end blocked.
int Search::next_thread() const {
  int first = -1;
  for (int thread = 0; thread < threads_.count(); ++thread) {
    if (threads_.state(thread) != Threads::State::kAtRequest) continue;
    const Op op = threads_.request(thread).op;
    if (!options_.writes_first || op == Op::kStore || has_one_outcome(op)) return thread;
    if (first < 0) first = thread;
  }
  return first;
}

void Search::visit_park(Graph& graph, int thread, const Request& request) {
  for (const Sleep sleep : {Sleep::kReturnsAtOnce, Sleep::kFallsAsleep}) {
    append_park(graph, thread, request, sleep, new_uid());
    visit(graph);
    remove_newest(graph, thread);
  }
}

void Search::visit_reads(Graph& graph, int thread, const Request& request) {
  const int cell = request.cell;
  const int oldest = graph.oldest_visible(cell, graph.before(thread, graph.count(thread)));
  for (int at = graph.messages(cell).size() - 1; at >= oldest && stop_ == Stop::kNo; --at) {
    const Id source = graph.messages(cell)[at];
    const Event& read = append_read(graph, thread, request, source, new_uid());
    // A taken message may be taken again only if that undoes the first taker, which must not have
    // led here. A blocked read of an older message can neither be revisited nor is it stuck.
    const Id taker = read.kind == Kind::kUpdateRead ? graph.taker_of(source, cell) : kNoEvent;
    const bool is_dead = (taker != kNoEvent && read.causes.has(taker)) ||
                         (read.blocked && !graph.is_newest(cell, source));
    if (!is_dead) visit(graph);
    graph.owes_write = -1;
    remove_newest(graph, thread);
  }
}

void Search::visit_owed_write(Graph& graph) {
  const int thread = std::exchange(graph.owes_write, -1);
  const Event& read = graph.newest(thread);
  const Id source = read.source;
  append_write(graph, thread, Request(read.request), true, new_uid());
  visit_write(graph, thread, source);
  remove_newest(graph, thread);
  graph.owes_write = thread;
}

// The thread's newest event is a write without a place. `source`: the message that it must follow.
void Search::visit_write(Graph& graph, int thread, Id source) {
  const Id write = event_id(thread, graph.count(thread) - 1);
  const int cell = graph.at(write).request.cell;
  const Id rival = source == kNoEvent ? kNoEvent : graph.taker_of(source, cell);
  if (rival == kNoEvent) {
    const Clock& before = graph.before(thread, index_of(write));
    place_everywhere(graph, write, source, graph.oldest_visible(cell, before) + 1,
                     [&] { visit(graph); });
  }
  for (int at = 0; at < graph.readers(cell).size() && stop_ == Stop::kNo; ++at) {
    const Id read = graph.readers(cell)[at];
    if (graph.at(write).causes.has(read)) continue;
    // The rival stays unless the revisit deletes it.
    if (rival != kNoEvent && graph.at(rival).stamp < graph.at(read).stamp) continue;
    if (may_revisit(graph, read, write)) revisit(graph, read, write, source);
  }
}

template <class Then>
void Search::place_everywhere(Graph& graph, Id write, Id source, int lowest, Then then) {
  const int cell = graph.at(write).request.cell;
  const auto place_at = [&](int position) {
    graph.place(cell, position, write);
    if (stands_in_order(graph, write)) then();
    graph.displace(cell, write);
  };
  if (source != kNoEvent) {
    const int position = graph.position_of(source) + 1;
    if (position >= lowest) place_at(position);
    return;
  }
  for (int position = graph.messages(cell).size(); position >= lowest && stop_ == Stop::kNo;
       --position) {
    const Id before = graph.messages(cell)[position - 1];
    if (graph.taker_of(before, cell) == kNoEvent) place_at(position);
  }
}

void Search::revisit(const Graph& graph, Id read, Id write, Id source) {
  ++outcome_.revisits;
  Graph& copy = borrow_graph();
  copy.copy_prefix(graph, graph.at(read).stamp, graph.at(write).causes);
  const int cell = graph.at(write).request.cell;
  copy.remove_reader(cell, read);  // It must bind neither the write's place nor its own.
  const int lowest =
      1 + std::max(copy.oldest_visible(cell, copy.before(thread_of(write), index_of(write))),
                   copy.oldest_visible(cell, copy.before(thread_of(read), index_of(read))));
  copy.add_reader(cell, read);
  place_everywhere(copy, write, source, lowest, [&] {
    copy.at(read).uid = new_uid();
    copy.owes_write = -1;
    set_source(copy, read, write);
    if (!copy.at(read).blocked || copy.is_newest(cell, write)) visit(copy);
  });
  --graphs_in_use_;
}

// Threads that are alike: their first updates stand in modification order as the threads do in
// number. Not where plain stores take part: then some executions would have no ordered twin.
bool Search::stands_in_order(const Graph& graph, Id write) const {
  if (!options_.symmetric || graph.at(write).kind != Kind::kUpdateWrite) return true;
  const int thread = thread_of(write);
  if (first_update(graph, thread) != index_of(write)) return true;
  for (int other = 0; other < graph.threads; ++other) {
    const int first = other == thread ? -1 : first_update(graph, other);
    if (first < 0 || graph.at(other, first).request.cell != graph.at(write).request.cell) continue;
    if ((other < thread) != (graph.at(other, first).position < graph.at(write).position))
      return false;
  }
  return true;
}

int Search::first_update(const Graph& graph, int thread) const {
  for (int index = 0; index < graph.count(thread); ++index) {
    const Event& event = graph.at(thread, index);
    if (event.kind == Kind::kUpdateWrite && !stored_[event.request.cell]) return index;
  }
  return -1;
}

void Search::end(Graph& graph) {
  if (on_progress && (++ends_ & 0x3ff) == 0 && !on_progress(outcome_)) stop_ = Stop::kYes;
  if (!is_seq_cst_consistent(graph)) {
    ++outcome_.inconsistent;
    return;
  }
  switch (ending_of(graph, threads_)) {
    case Ending::kFinished:
      return finish(graph);
    case Ending::kBlocked:
      ++outcome_.blocked;
      return;
    case Ending::kDeadlock:
      if (on_deadlock) on_deadlock(graph);
      return report(deadlock(), graph);
  }
}

void Search::finish(Graph& graph) {
  if (!std::exchange(ran_again_, true) && !is_same_when_run_again(graph)) return;
  const int bypasses = most_bypasses(graph);
  outcome_.most_bypasses = std::max(outcome_.most_bypasses, bypasses);
  if (std::optional<Violation> violation = unfair(graph, bypasses, options_))
    return report(std::move(*violation), graph);
  ++outcome_.executions;
  if (on_execution) on_execution(graph);
  if (outcome_.executions >= options_.max_executions) stop_ = Stop::kYes;
}

// The first execution is followed once more from the beginning: a program that does something else
// then is not deterministic.
bool Search::is_same_when_run_again(Graph& graph) {
  threads_.forget();
  std::optional<Violation> failure = threads_.follow(graph);
  for (int thread = 0; thread < graph.threads && !failure; ++thread)
    if (threads_.state(thread) != Threads::State::kFinished)
      failure = not_deterministic(thread, "run again, a thread went on further");
  if (!failure) return true;
  report(std::move(*failure), graph);
  return false;
}

void Search::report(Violation violation, const Graph& graph) {
  if (!is_seq_cst_consistent(graph)) return;  // No execution at all.
  if (++outcome_.violations >= options_.max_violations) stop_ = Stop::kYes;
  violation.graph = std::make_unique<Graph>();
  violation.graph->copy_prefix(graph, graph.stamp, Clock{});
  if (outcome_.verdict() == Verdict::kOk) outcome_.violation.verdict = violation.verdict;
  if (on_violation) return on_violation(violation);
  if (outcome_.violation.graph == nullptr) outcome_.violation = std::move(violation);
}

Graph& Search::borrow_graph() {
  if (graphs_in_use_ == graphs_.size()) graphs_.push_back(std::make_unique<Graph>());
  return *graphs_[graphs_in_use_++];
}

}  // namespace spinlab::checked
