// Ticks of the time-stamp counter (machines/native/processor.h) in nanoseconds.
//
// The ratio is measured once, against CLOCK_MONOTONIC_RAW, which nothing slews. The first call in
// a process takes about 20 ms; call it before the threads start.
// Thread safety: all functions, from any thread.
#pragma once

#include <cstdint>

namespace spinlab {

double ns_per_tick();

// Rounded to the nearest; 0 for negative lengths.
std::uint64_t ticks_from_ns(double ns);
double ns_from_ticks(std::uint64_t ticks);

// CLOCK_MONOTONIC_RAW; for deadlines and long intervals.
std::uint64_t monotonic_ns();

// Whether the counter went as fast while this processor slept as while it worked. If it did not,
// ticks are no measure of time here.
bool counter_is_constant();

}  // namespace spinlab
