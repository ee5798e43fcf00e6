// What single accesses to a line cost: the measured side of a simulated machine's costs.
//
// Times are in ns, one for each trial in which no thread was switched out, unless said otherwise.
// Thread safety: measuring threads need their processors for themselves.
#pragma once

#include <optional>
#include <vector>

namespace spinlab {

// Of one processor, with lines that it has.
struct CoreCosts {
  // What each of several loads (stores) adds between two locked operations. Processors overlap them
  // with what goes on around: the latency of a load shows only where the next address depends on it.
  std::vector<double> load_hit;
  std::vector<double> store_hit;
  std::vector<double> rmw;        // Each operand is the result of the one before.
  std::vector<double> operation;  // Testing a loaded value and computing an address of it.
  std::vector<double> pause;
  std::vector<double> memory;  // A load of a line that was flushed from all caches.
};
CoreCosts measure_core_costs(int processor);

// Read-modify-writes of one processor, a line each, medians: on lines that another has just written,
// on those after reading them, and on lines that are owned.
struct DirtyRead {
  double unread_ns = 0;
  double read_ns = 0;
  double owned_ns = 0;
};
// Nothing if the threads could not be pinned, or never ran together.
std::optional<DirtyRead> measure_dirty_read(int writer, int reader);

// Whether reading the written line took it over: the operation after it costs nearer to what it
// costs on an owned line than on one that was not read.
bool takes_over(const DirtyRead& costs);

// How far into the transfer of a line to another processor its old owner stops hitting, in per cent:
// the owner counts on the line as fast as it can and notes when, and the other's own operation on the
// line tells how far the count was. The median over both directions, so that an offset between their
// time stamps cancels; within 0 to 100. It is no finer than the owner's counting, some 25 ns: nothing
// if transfers are not much longer than that, if the threads could not be pinned, or if they did not
// run together for long enough.
std::optional<double> measure_hold_percent(int one, int other);

// How long a read of a written line keeps the next one waiting: the slope of the time until the last
// of k readers has seen a write, over k. Needs a writer and two readers: empty for fewer processors,
// or if pinning is refused. The first processor writes. The counters must agree (counter_check.hpp).
std::vector<double> measure_read_occupancy(const std::vector<int>& processors);

// The slope of the least-squares line through (0, values[0]), (1, values[1]), ...; of at least two.
double slope_of(const std::vector<double>& values);

}  // namespace spinlab
