#include "machines/checked/fairness.hpp"

#include <algorithm>
#include <vector>

namespace spinlab::checked {
namespace {

struct Acquisition {
  Id doorway;
  Id entry;
};

std::vector<Acquisition> acquisitions_of(const Graph& graph) {
  std::vector<Acquisition> all;
  for (int thread = 0; thread < graph.threads; ++thread) {
    Id doorway = kNoEvent;
    for (int index = 0; index < graph.count(thread); ++index) {
      const Request& request = graph.at(thread, index).request;
      if (request.op != Op::kMark) continue;
      const auto mark = static_cast<Mark>(request.operand);
      if (mark == Mark::kDoorway && index > 0) doorway = event_id(thread, index);
      if (mark != Mark::kEntry || doorway == kNoEvent) continue;
      all.push_back({doorway, event_id(thread, index)});
      doorway = kNoEvent;
    }
  }
  return all;
}

// j went through the doorway knowing of i's, and i entered knowing of j's entry.
bool bypasses(const Graph& graph, const Acquisition& j, const Acquisition& i) {
  const auto decision = static_cast<Id>(i.doorway - 1);  // The operation that the mark follows.
  return graph.at(j.doorway).causes.has(decision) && graph.at(i.entry).causes.has(j.entry);
}

}  // namespace

int most_bypasses(const Graph& graph) {
  const std::vector<Acquisition> all = acquisitions_of(graph);
  int most = 0;
  for (const Acquisition& waiter : all) {
    const auto count = std::count_if(all.begin(), all.end(), [&](const Acquisition& other) {
      return thread_of(other.doorway) != thread_of(waiter.doorway) &&
             bypasses(graph, other, waiter);
    });
    most = std::max(most, static_cast<int>(count));
  }
  return most;
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
