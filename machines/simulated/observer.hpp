// Observer: sees every line transfer of a simulation, for traces.
//
// Threads: called by the simulation's host thread.
#pragma once

#include <cstddef>

#include "machines/simulated/model.hpp"

namespace spinlab::simulated {

struct Transfer {
  std::uint32_t thread;  // That asked for the line.
  std::size_t line;      // Its number in the arena.
  bool is_write;         // For ownership, not for a copy.
  std::uint32_t source;  // The processor that owned it; kNobody: shared, or in memory.
  Ticks begin, end;      // Of the line's service to this thread.
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void transferred(const Transfer& transfer) = 0;
};

}  // namespace spinlab::simulated
