// The contestants: everything that can be measured, by name: the locks of locks.def through every
// interface, peers from other libraries, and floors.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/door.h"
#include "harness/results.hpp"
#include "harness/workload.hpp"

namespace spinlab {

struct Entrant {
  Contestant contestant;
  std::vector<spinlab_door> doors;
  std::vector<spinlab_door> device_doors{};  // For workloads with interrupts; see device_door.hpp.

  // nullptr if it cannot be used through that interface, or not in that workload.
  const spinlab_door* door(std::string_view interface) const;
  const spinlab_door* door(std::string_view interface, const Workload& workload) const;
};

// All of them: locks in the order of locks.def, then peers, then floors. Built at the first call;
// thread-safe.
std::span<const Entrant> entrants();

// Adds one, for tests of the harness itself. Before any other thread calls entrants().
void add_entrant(Entrant entrant);

// Throws UserError with the known names if there is none of that name.
const Entrant& find_entrant(std::string_view name);

// The parts of the list, one file each.
std::vector<Entrant> lock_entrants();
std::vector<spinlab_door> lock_device_doors(std::string_view lock);
std::vector<Entrant> peer_entrants();
std::vector<Entrant> floor_entrants();

}  // namespace spinlab
