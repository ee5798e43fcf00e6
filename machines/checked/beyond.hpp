// Beyond: how a thread goes on that has as many events as a search can hold.
//
// Alone, on the values that it saw last: each cell keeps what the thread itself read or wrote there.
// A loop that waits for another thread then never ends; a program that is only long comes to its
// end, or to an await. Nothing of this enters the graph.
#pragma once

#include <array>
#include <optional>

#include "machines/checked/graph.hpp"

namespace spinlab::checked {

class Beyond {
 public:
  // `first`: the thread's first request that finds no place.
  Beyond(const Graph& graph, int thread, const Request& first);

  // The operation's outcome until the next one; null for an await that is not satisfied, and a park.
  const Event* perform(const Graph& graph, const Request& request);
  // After 2,000 operations.
  bool is_endless() const { return operations_ >= kMostOperations; }
  const Request& first() const { return first_; }

 private:
  static constexpr int kMostOperations = 2000;

  Request first_;
  int operations_ = 0;
  std::array<std::optional<Value>, kMaxCells> seen_;
  Event event_;
};

}  // namespace spinlab::checked
