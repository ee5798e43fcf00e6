// What a topology must be so that a model can be made of it.
//
// Thread safety: pure functions.
#pragma once

#include <cstddef>
#include <set>

#include "harness/topology.hpp"

namespace spinlab {

// A model names classes by bytes; between 16 packages are 120.
inline constexpr std::size_t kMostPackagesInMatrix = 16;

// Throws UserError for more processors than are simulated, and unless their OS indices are 0 to
// n - 1, as a model names them.
void require_simulable(const Topology& topology);

// The distances between two processors that occur on the machine, without kSameProcessor.
std::set<Distance> distances_of(const Topology& topology);

}  // namespace spinlab
