// A simulated run: the cells of a sweep on a machine that only its description is here.
//
// Windows are simulated side by side, and then told to Google Benchmark as manual time, in the order
// of the sweep, so that results files read as those of a bench. A block is a draw of the machine's
// costs: the first takes the medians, each further one takes every cost at its 5th, 50th or 95th
// percentile by chance. What differs between blocks is what the description leaves open; what
// differs between the windows of a block is the seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/bench_run.hpp"
#include "harness/sweep.hpp"
#include "harness/topology_file.hpp"

namespace spinlab {

struct SimulateOptions {
  double window_ms = 2;  // Simulated.
  int repetitions = 3;   // Windows of each cell in a block.
  int draws = 5;         // Blocks.
  std::uint64_t seed = 1;
  int home = 0;  // The package in whose memory the locks lie.
  int jobs = 1;  // Host threads; no result depends on it.
  std::string out;
  Existing existing;
};

// Writes options.out as a whole; finished blocks are kept as those of a bench. A cell that
// breaks exclusion or deadlocks is a row with an error, and named on stderr.
// Throws UserError as PartialRun does.
BenchOutcome run_simulation(const TopologyFile& file, const Topology& topology,
                            const std::vector<PlannedCell>& cells, const SimulateOptions& options);

// One window of the cell at median costs, as Trace Event Format.
std::string trace_cell(const TopologyFile& file, const Topology& topology, const PlannedCell& cell,
                       const SimulateOptions& options);

}  // namespace spinlab
