// Which processors the threads of a run take.
//
// | name    | thread i takes                                                                   |
// | ------- | -------------------------------------------------------------------------------- |
// | compact | the nearest free processor: siblings, then the L3's cores, the node's, ...        |
// | scatter | the farthest: another package, then another node, L3, core; siblings last         |
// | smt     | siblings first: a core is full before the next one starts (the order of compact)  |
// | core    | a core of its own, neighbours first; second siblings when each core has a thread  |
// | l3      | the next L3 in turn; within one, as core                                          |
// | node    | the next NUMA node in turn; within one, as core                                   |
// | package | the next package in turn; within one, as core                                     |
//
// A machine without some level has placements that coincide: distinct_placements() finds them.
// Thread safety: pure functions of their arguments.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/topology.hpp"

namespace spinlab {

// What place() does with more threads than allowed processors.
enum class Oversubscribe { kNo, kYes };

// All names, in the order of the table above.
const std::vector<std::string_view>& placement_names();

// The processors (OS indices) of threads 0 .. threads - 1; oversubscribed, it starts again from
// the first. Throws UserError for an unknown name, threads < 1, or more threads than processors
// unless oversubscription is asked for.
std::vector<int> place(const Topology& topology, std::string_view placement, int threads,
                       Oversubscribe oversubscribe = Oversubscribe::kNo);

// Placements that give a number of threads the same processors.
struct PlacementGroup {
  std::vector<std::string> names;  // In the order asked for; the first stands for the others.
  std::vector<int> processors;     // In thread order, of the first name.
};

// The names, grouped by the *set* of processors (oversubscribed: the multiset). Which of the
// threads has which of the processors does not matter to a bench whose threads are all alike.
// Throws as place().
std::vector<PlacementGroup> group_placements(const Topology& topology, int threads,
                                             std::span<const std::string> names,
                                             Oversubscribe oversubscribe = Oversubscribe::kNo);

// The first name of each group.
std::vector<std::string> distinct_placements(const Topology& topology, int threads,
                                             std::span<const std::string> names,
                                             Oversubscribe oversubscribe = Oversubscribe::kNo);

}  // namespace spinlab
