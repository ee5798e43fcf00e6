// The contestants: everything that can be measured, by name: the locks of locks.def through every
// interface, peers from other libraries, and floors.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/door.h"
#include "harness/results.hpp"

namespace spinlab {

struct Entrant {
  Contestant contestant;
  std::vector<spinlab_door> doors;

  // nullptr if it cannot be used through that interface.
  const spinlab_door* door(std::string_view interface) const;
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
std::vector<Entrant> peer_entrants();
std::vector<Entrant> floor_entrants();

}  // namespace spinlab
