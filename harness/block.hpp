// Block: a pass over all cells in one fresh process, through Google Benchmark.
//
// Google Benchmark registers, runs and reports; what it times is one window of our own team, given
// to it as manual time: ns per acquisition. Cells are shuffled anew for each repetition.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/sweep.hpp"
#include "harness/window.hpp"

namespace spinlab {

struct BlockOptions {
  int block = 0;
  int repetitions = 1;
  double window_ms = 10;
  std::uint64_t seed = 1;
  std::string out;                              // Where the sealed block goes.
  int progress_fd = -1;                         // Gets a line with the run name before each window.
  std::map<std::string, double> section_ns;     // S of each workload.
  std::map<std::string, std::string> given_up;  // Run names that must not run, and why.
};

// For `spinlab <command>`; before run_block() and report_block().
void initialize_benchmark(const std::string& command);

// Returns when all windows ran; a failed cell is a row with an error. Throws UserError if the
// file cannot be written. Once in a process: Google Benchmark keeps global state.
void run_block(const std::vector<PlannedCell>& cells, const BlockOptions& options);

// A window that was measured elsewhere, in time that is not the host's.
struct FinishedWindow {
  std::string run_name;
  WindowMetrics metrics;
  std::string error;  // Why it failed; empty otherwise.
};

// Tells Google Benchmark the windows, in their order, as run_block() does; the text depends on
// them alone, but for Google Benchmark's own context. May be called again, by one thread at a time.
void report_block(const std::vector<FinishedWindow>& windows, int block, const std::string& out);

// The order in which a block runs its cells in a repetition: a permutation of 0 .. cells - 1, the
// same on every host.
std::vector<std::size_t> shuffled_order(std::size_t cells, std::uint64_t seed, int block,
                                        int repetition);

}  // namespace spinlab
