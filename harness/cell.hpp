// Cell: one combination of conditions that is measured, and its name in results files.
//
// Everything here is pure and may be called by any number of threads at once.
#pragma once

#include <array>
#include <compare>
#include <string>
#include <string_view>

namespace spinlab {

// What threads do inside the lock.
inline constexpr std::array<std::string_view, 5> kWorkloads{"empty", "shared_line", "private_data",
                                                            "packet_queue", "isr_dpc"};

// Offered load in percent of what the lock could serve. `none`: each thread has a lock of its own.
// `saturated`: no think time between acquisitions.
inline constexpr std::array<std::string_view, 5> kLoads{"none", "10", "50", "90", "saturated"};

// The door through which the lock is taken: the C++ object itself, or a family of the C interface.
inline constexpr std::array<std::string_view, 4> kInterfaces{"direct", "ke", "ndis", "instack"};

struct Cell {
  std::string workload;  // One of kWorkloads.
  std::string lock;      // A contestant's name: a lock of locks.def, a peer or a floor.
  int threads = 1;
  std::string load;       // One of kLoads.
  std::string placement;  // A name that the topology gives, such as `cores`.
  std::string interface;  // One of kInterfaces.

  // <workload>/<lock>/threads:<n>/load:<l>/placement:<p>/interface:<i>
  std::string to_run_name() const;

  friend bool operator==(const Cell&, const Cell&) = default;

  // The order of tables: interface, workload, threads, load, placement, lock; names of the lists
  // above in the lists' order, before unknown ones.
  friend std::strong_ordering operator<=>(const Cell& left, const Cell& right);
};

// The inverse of to_run_name(). Throws UserError for any other text, for names that are not in the
// lists above, and for fewer than 1 thread.
Cell parse_run_name(std::string_view run_name);

}  // namespace spinlab
