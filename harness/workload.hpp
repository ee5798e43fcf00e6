// Workloads and contention levels: what a thread does inside the lock, and how long it thinks
// outside of it.
//
// A contention level is an offered load: the share of time in which a lock that costs nothing
// beyond its floor would be held. With S = one pass of the rmw_store floor with the workload's
// section, measured once and the same for every lock, a thread thinks S x (threads / load - 1) on
// average between two acquisitions.
// All functions are pure and thread-safe.
#pragma once

#include <span>
#include <string_view>

namespace spinlab {

struct Workload {
  std::string_view name;
  // The words that check exclusion stand on the lock's own line, so that an otherwise empty section
  // writes no further line; else on a line of their own, which is then the written line inside.
  bool check_on_lock_line;
  int private_lines;  // Lines of the thread's own that the section writes, as well.
  bool has_queue;     // The section moves a packet in a queue (packet_queue.h), as a driver's does.
  // Of a device: interrupts and DPCs bring the packets, and threads read them (device_door.hpp).
  bool has_interrupts;
  std::string_view first_interface;  // The one that the default sweep takes.
};

std::span<const Workload> workloads();

// UserError with the known names, if there is none of that name.
const Workload& find_workload(std::string_view name);

// Throws UserError with the known names for a level that is not of kLoads (cell.hpp).
void check_load(std::string_view load);

// Mean think time in ns; 0 for `saturated` and `none`. `section_ns` is S.
double think_ns(std::string_view load, int threads, double section_ns);

}  // namespace spinlab
