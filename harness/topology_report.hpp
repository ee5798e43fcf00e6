// What `spinlab topology` says.
//
// Thread safety: pure functions of their arguments.
#pragma once

#include <string>
#include <vector>

#include "harness/placement.hpp"
#include "harness/topology.hpp"

namespace spinlab {

// A set of processors the way taskset takes it: "0-7,64-71", with a step "0-56:8"; "none" if empty.
std::string processor_list(std::vector<int> processors);

// 1, 2, 4, ... and all allowed processors.
std::vector<int> usual_thread_counts(const Topology& topology);

// The objects of the machine and the processors in each, then the processors that each placement
// takes for each thread count, as two tables. Placements that take the same set share a line.
// Throws UserError for a thread count that place() refuses; so does the next.
std::string topology_text(const Topology& topology, const std::vector<int>& thread_counts,
                          Oversubscribe oversubscribe = Oversubscribe::kNo);

// The same for programs: a JSON object, with each placement's processors in thread order.
std::string topology_json_text(const Topology& topology, const std::vector<int>& thread_counts,
                               Oversubscribe oversubscribe = Oversubscribe::kNo);

}  // namespace spinlab
