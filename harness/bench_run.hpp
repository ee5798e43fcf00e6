// A whole bench run: blocks in fresh processes, one after the other, joined into one results file.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/sweep.hpp"

namespace spinlab {

struct BenchOptions {
  SweepOptions sweep;
  double window_ms = 10;
  int repetitions = 3;  // Windows of each cell in a block.
  int processes = 8;    // Blocks.
  std::uint64_t seed = 1;
  std::string out;
  bool resume = false;
  std::chrono::seconds watchdog{10};
  std::vector<std::string> arguments;  // As given: a block's process gets them again.
  std::string context_json;            // For the results file.
};

enum class BenchOutcome { kComplete, kFailedCells, kInterrupted };

// Writes options.out by a temporary name. Finished blocks are kept beside it, in <out>.partial/,
// until then: an interrupted run goes on from there. Cells that hang, crash or break exclusion are
// named on stderr and are rows with an error.
// Throws UserError if the output cannot be written, or if there is a partial run that does not fit.
BenchOutcome run_bench(const std::vector<PlannedCell>& cells, const BenchOptions& options);

}  // namespace spinlab
