// A window: all threads of a cell inside the timed loop from a common start to a common end.
//
// 10 ms by default, in ten slices, after one slice that warms up. A slice in which any thread was
// interrupted (an involuntary context switch, or a time-stamp gap above 100 us) is rejected; rates
// are medians over the kept slices.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "harness/team.hpp"
#include "harness/window_memory.hpp"

namespace spinlab {

struct WindowOptions {
  double window_ms = 10;
  double think_ns = 0;  // Mean time between two acquisitions of a thread.
  std::uint64_t seed = 1;
};

struct WindowMetrics {
  // By the names of results files, in their order; units are in the names. Empty if no slice could
  // be kept and none was usable.
  std::vector<std::pair<std::string, double>> counters;
  double ns_per_acquisition = 0;  // Wall time x threads / acquisitions.
  bool exclusion_violated = false;
  bool pinned = true;
};

// The memory and threads of a cell; run() may be repeated. One thread at a time.
class WindowRunner {
 public:
  WindowRunner(const WindowMemory::Shape& shape, const std::vector<int>& processors);

  WindowMetrics run(const WindowOptions& options);

 private:
  void prepare(const WindowOptions& options);
  bool exclusion_violated() const;

  WindowMemory::Shape shape_;
  std::vector<int> processors_;
  mutable WindowMemory memory_;
  Team team_;
  std::vector<std::uint64_t> visits_before_;  // Each check's `entered` when the window began.
};

}  // namespace spinlab
