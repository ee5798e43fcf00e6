// Sweep: which cells a bench runs.
//
// A dimension that the user names is taken whole: all combinations. A dimension left open takes
// the default sweep's values, which docs/sweep.md lists with their reasons.
// Thread safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/cell.hpp"
#include "harness/topology.hpp"

namespace spinlab {

struct SweepOptions {
  // Empty: the default sweep's.
  std::vector<std::string> locks{};
  std::vector<std::string> threads{};  // Numbers, or "auto".
  std::vector<std::string> workloads{};
  std::vector<std::string> loads{};
  std::vector<std::string> placements{};
  std::vector<std::string> interfaces{};
  std::string filter{};  // A regular expression over run names, as --benchmark_filter; "-" negates.
  bool oversubscribe = false;
};

struct PlannedCell {
  Cell cell;
  std::vector<int> processors;  // OS indices, in thread order.
};

// Throws UserError, one line, for a name that is unknown, a number of threads that the topology
// does not have, or options that leave no cell.
std::vector<PlannedCell> plan_sweep(const Topology& topology, const SweepOptions& options);

// 1, 2, 4, ... and the number of processors itself.
std::vector<int> automatic_thread_counts(int processors);

}  // namespace spinlab
