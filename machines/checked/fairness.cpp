#include "machines/checked/fairness.hpp"

#include <algorithm>
#include <vector>

namespace spinlab::checked {
namespace {

struct Acquisition {
  Value lock;
  Id doorway;
  Id entry;
};

std::vector<Acquisition> acquisitions_of(const Graph& graph) {
  std::vector<Acquisition> all;
  for (int thread = 0; thread < graph.threads; ++thread) {
    Id doorway = kNoEvent;
    Value lock = 0;
    for (int index = 0; index < graph.count(thread); ++index) {
      const Request& request = graph.at(thread, index).request;
      if (request.op != Op::kMark) continue;
      const auto mark = static_cast<Mark>(request.operand);
      if (mark == Mark::kArrival) lock = request.expected;
      if (mark == Mark::kDoorway && index > 0) doorway = event_id(thread, index);
      if (mark != Mark::kEntry || doorway == kNoEvent) continue;
      all.push_back({lock, doorway, event_id(thread, index)});
      doorway = kNoEvent;
    }
  }
  return all;
}

// Two threads that may have waited for one lock at once.
bool are_rivals(const Acquisition& one, const Acquisition& other) {
  return thread_of(one.doorway) != thread_of(other.doorway) && one.lock == other.lock;
}

// j went through the doorway knowing of i's.
bool comes_after(const Graph& graph, const Acquisition& j, const Acquisition& i) {
  const auto decision = static_cast<Id>(i.doorway - 1);  // The operation that the mark follows.
  return graph.at(j.doorway).causes.has(decision);
}

// And i entered knowing of j's entry.
bool bypasses(const Graph& graph, const Acquisition& j, const Acquisition& i) {
  return comes_after(graph, j, i) && graph.at(i.entry).causes.has(j.entry);
}

const char* unjudged_by(const Graph& graph, int thread) {
  bool has_arrived = false;
  int doorways = 0;
  for (int index = 0; index < graph.count(thread); ++index) {
    const Request& request = graph.at(thread, index).request;
    if (request.op != Op::kMark) continue;
    const auto mark = static_cast<Mark>(request.operand);
    if (mark == Mark::kDoorway && has_arrived && ++doorways > 1)
      return "an acquisition called M::doorway() twice: one operation decides its place";
    if (mark == Mark::kDoorway &&
        (index == 0 || has_one_outcome(graph.at(thread, index - 1).request.op)))
      return "M::doorway() does not follow an atomic operation: it is called directly after the "
             "one "
             "that decides the order";
    if (mark == Mark::kEntry && has_arrived && doorways == 0)
      return "an acquisition never called M::doorway(): its lock declares an order, and does not "
             "say which operation decides it";
    if (mark == Mark::kDoorway || mark == Mark::kExit) continue;
    has_arrived = mark == Mark::kArrival;
    doorways = 0;
  }
  return nullptr;
}

const char* unordered(const Graph& graph) {
  const std::vector<Acquisition> all = acquisitions_of(graph);
  for (const Acquisition& one : all)
    for (const Acquisition& other : all)
      if (one.doorway < other.doorway && are_rivals(one, other) &&
          !comes_after(graph, one, other) && !comes_after(graph, other, one))
        return "two doorways are not ordered, and the lock declares FIFO: M::doorway() is called "
               "directly after the operation that decides the order";
  return nullptr;
}

}  // namespace

int most_bypasses(const Graph& graph) {
  const std::vector<Acquisition> all = acquisitions_of(graph);
  int most = 0;
  for (const Acquisition& waiter : all) {
    const auto count = std::count_if(all.begin(), all.end(), [&](const Acquisition& other) {
      return are_rivals(other, waiter) && bypasses(graph, other, waiter);
    });
    most = std::max(most, static_cast<int>(count));
  }
  return most;
}

const char* unjudged(const Graph& graph, bool fifo) {
  for (int thread = 0; thread < graph.threads; ++thread)
    if (const char* const what = unjudged_by(graph, thread)) return what;
  return fifo ? unordered(graph) : nullptr;
}

bool waits_before_doorway(const Graph& graph) {
  for (int thread = 0; thread < graph.threads; ++thread) {
    bool has_arrived = false;
    bool has_waited = false;
    for (int index = 0; index < graph.count(thread); ++index) {
      const Request& request = graph.at(thread, index).request;
      if (has_arrived && request.waits()) has_waited = true;
      if (request.op != Op::kMark) continue;
      const auto mark = static_cast<Mark>(request.operand);
      if (mark == Mark::kDoorway && has_arrived && has_waited) return true;
      has_arrived = mark == Mark::kArrival;
      has_waited = false;
    }
  }
  return false;
}

}  // namespace spinlab::checked
