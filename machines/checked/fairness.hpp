// Overtaking in a finished execution.
//
// An execution graph has no interleaving, so "before" is causal: program order and reads-from.
// Waiter i is bypassed by j if the operation of i's doorway leads to j's doorway, and j's entry
// leads to i's entry.
#pragma once

#include "machines/checked/graph.hpp"

namespace spinlab::checked {

// What keeps the acquisitions of a lock that declares an order from being judged, in one sentence;
// null if nothing does. Each that began with Mark::kArrival has one doorway, directly after the
// operation that decides; with `fifo` any two doorways are ordered.
const char* unjudged(const Graph& graph, bool fifo);

// How often the most unlucky acquisition was bypassed. Acquisitions without a doorway do not count.
int most_bypasses(const Graph& graph);

// Whether some acquisition waited for others between its arrival and its doorway, where nobody can
// see it and so everybody may pass.
bool waits_before_doorway(const Graph& graph);

}  // namespace spinlab::checked
