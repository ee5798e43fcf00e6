// What a violation is explained by: the execution with the fewest preemptions that shows it, its
// replay, and the single memory orders that would prevent it.
#pragma once

#include <vector>

#include "machines/checked/interleaving.hpp"
#include "machines/checked/search.hpp"

namespace spinlab::checked {

struct Diagnosis {
  std::vector<Id> order;  // Of the violation's graph.
  int preemptions = 0;
  std::vector<Step> steps;       // Replays it.
  std::vector<Site> repairs;     // Where a stronger order passes the same search.
  bool repairs_bounded = false;  // Of some repair only the first executions were explored.
};

// The steps that lead to a violation: its graph's, and the request that fails at the end.
std::vector<Step> steps_to(const Violation& violation, const std::vector<Id>& order);

// Of all violations with the same verdict, as far as a search of 20,000 goes, the one that
// preempts least. Replaces `violation`; the search that found it is returned, since its threads
// hold what reports need.
std::unique_ptr<Search> find_simplest(const Program& program, const Options& options,
                                      Violation& violation);

Diagnosis diagnose(const Program& program, const Options& options, const Violation& violation,
                   const std::vector<Site>& sites);

}  // namespace spinlab::checked
