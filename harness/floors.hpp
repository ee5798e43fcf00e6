// Floors: what an acquire and a release cannot be cheaper than. They exclude nobody, so they run
// with one thread, or with a lock for each.
#pragma once

#include "harness/workload.hpp"

namespace spinlab {

// ns for one pass of the timed loop with an empty section, on an otherwise idle processor.
struct Floors {
  double empty_loop_ns = 0;  // The loop itself, with its check.
  double locked_rmw_ns = 0;  // One locked read-modify-write.
  double rmw_store_ns = 0;   // The same, and a store: what every lock needs at least.
};

// Medians of a few windows on the given processor; takes about 0.1 s. Thread-safe, but a measuring
// thread needs its processor to itself.
Floors measure_floors(int processor);

// One of them with a workload's section, in ns: rmw_store's is S of workload.hpp.
double floor_ns(const char* name, const Workload& workload, int processor);

}  // namespace spinlab
