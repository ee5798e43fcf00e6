// Whether the time-stamp counters of different processors agree.
#pragma once

#include <vector>

namespace spinlab {

// Whether no processor (OS indices) reads an earlier time than its neighbour in the list read
// before handing over to it: stamps taken on different processors may then be subtracted. Gaps
// below 100 ns are not seen, since a processor may read its counter that much out of order.
// Takes some 0.2 ms a processor, at most 20 ms; true for a single processor.
// Thread safety: as any measurement, it needs the processors for itself.
bool counter_is_monotone_across(const std::vector<int>& processors);

}  // namespace spinlab
