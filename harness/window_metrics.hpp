// From what the threads of a window counted to the numbers of a results row.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/timed_loop.h"

namespace spinlab {

using Counters = std::vector<std::pair<std::string, double>>;

// Names and values, in the order of results files. `workers` ran the same window, in ticks of
// `ns_per_tick`; all times come out in ns or seconds. Pure; thread-safe.
Counters window_counters(const std::vector<const spinlab_worker*>& workers, double ns_per_tick);

// 0 if there is none of that name.
double counter_of(const Counters& counters, std::string_view name);

}  // namespace spinlab
