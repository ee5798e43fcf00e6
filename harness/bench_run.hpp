// A whole bench run: blocks in fresh processes, one after the other, joined into one results file.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/partial_run.hpp"
#include "harness/sweep.hpp"

namespace spinlab {

struct BenchOptions {
  SweepOptions sweep;
  double window_ms = 10;
  int repetitions = 3;  // Windows of each cell in a block.
  int processes = 8;    // Blocks.
  std::uint64_t seed = 1;
  std::string out;
  Existing existing;
  std::chrono::seconds watchdog{10};
  std::vector<std::string> arguments;         // As given: a block's process gets them again.
  std::function<std::string()> context_json;  // For the results file; called before the windows.
};

enum class BenchOutcome {
  kComplete,
  kFailedCells,
  kInterrupted,
  kWasComplete  // --resume of a finished run: nothing was measured, nothing changed.
};

// Writes options.out as a whole. Finished blocks are kept beside it, in <out>.partial/,
// until then: an interrupted run goes on from there. Cells that hang, crash or break exclusion are
// named on stderr and are rows with an error.
// Throws UserError as PartialRun does.
BenchOutcome run_bench(const std::vector<PlannedCell>& cells, const BenchOptions& options);

}  // namespace spinlab
