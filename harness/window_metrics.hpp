// From what the threads of a window counted to the numbers of a results row.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/timed_loop.h"

namespace spinlab {

// Names and values, in the order of results files. `workers` ran the same window; all times come
// out in ns or seconds. Pure; thread-safe.
std::vector<std::pair<std::string, double>> window_counters(
    const std::vector<const spinlab_worker*>& workers);

}  // namespace spinlab
