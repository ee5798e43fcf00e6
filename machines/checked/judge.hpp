// What an execution that cannot go on is: finished, blocked, or a violation.
#pragma once

#include <optional>

#include "machines/checked/extend.hpp"
#include "machines/checked/threads.hpp"

namespace spinlab::checked {

enum class Ending : std::uint8_t {
  kFinished,
  kBlocked,   // Some await could still go on, with another source.
  kDeadlock,  // Every await that is left has read its cell's newest message.
};
// Of a graph that no thread can extend.
Ending ending_of(const Graph& graph, const Threads& threads);

// The violations, without their graph.
Violation deadlock();
std::optional<Violation> unfair(const Graph& graph, int bypasses, const Options& options);
Violation faulty(Fault fault, Id conflict, int thread, const Request& request);
Violation not_deterministic(int thread, const char* how);

}  // namespace spinlab::checked
