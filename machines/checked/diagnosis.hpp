// What a violation is explained by: the execution with the fewest preemptions that shows it, its
// replay, and the single memory orders that would prevent it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "machines/checked/interleaving.hpp"
#include "machines/checked/search.hpp"

namespace spinlab::checked {

// How many executions a repair is tried on, at most, in each program.
inline constexpr std::uint64_t kRepairExecutions = 50'000;

// Where a stronger order passes the search that failed.
struct Repair {
  Site site;
  std::string scope = "this program";  // What it was tried on.
  std::string fails;                   // "then ladder 3x1 ends with a race"; empty: nothing does.
  bool bounded = false;                // Only the first executions were explored.
};
// What a repair does beyond the program at hand: whether others of the same lock still fail. May be
// empty: then it was tried on that program alone.
using TryElsewhere = std::function<void(Repair&)>;

struct Diagnosis {
  std::vector<Id> order;  // Of the violation's graph.
  int preemptions = 0;
  std::vector<Step> steps;  // Replays it.
  std::vector<Repair> repairs;
};

// The steps that lead to a violation: its graph's, and the request that fails at the end.
std::vector<Step> steps_to(const Violation& violation, const std::vector<Id>& order);

// Of all violations with the same verdict, as far as a search of 20,000 goes, the one that
// preempts least. Replaces `violation`.
void find_simplest(const Program& program, const Options& options, Violation& violation);

// `threads` have recorded the sites of the violation's execution: no other order can prevent it.
Diagnosis diagnose(const Program& program, const Options& options, const Violation& violation,
                   const Threads& threads, const TryElsewhere& try_elsewhere = {});

}  // namespace spinlab::checked
