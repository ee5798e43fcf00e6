// The oracle of the search: every schedule, every source of a read and every place of a store, with
// a set of the graphs that were visited. Nothing is reduced, nothing is revisited.
//
// It shares the graph and the clocks with the checker, and so cannot find what is wrong in them.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "machines/checked/program.hpp"
#include "machines/checked/threads.hpp"

namespace spinlab {

// An execution as text: two graphs are equal if each read has the same source and each cell's
// messages stand in the same order. An await that is blocked at the end of a thread does not count.
std::string canonical_form(const checked::Graph& graph);

// The same for all executions that differ only by a permutation of the threads.
std::string orbit_of(const checked::Graph& graph);

struct NaiveResult {
  std::set<std::string> executions;  // In canonical form.
  std::set<std::string> deadlocks;
  std::set<checked::Verdict> verdicts;
  std::size_t graphs = 0;  // Visited.
  bool complete = true;    // Within the bound on visited graphs.
};
NaiveResult search_naively(const checked::Program& program, std::size_t most_graphs);

}  // namespace spinlab
