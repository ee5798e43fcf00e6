// The oracle of the memory model: RC11 as axioms, tried on every reads-from map and every
// modification order. Shares nothing with the checker.
//
// Source: Lahav, Vafeiadis, Kang, Hur and Dreyer, "Repairing Sequential Consistency in C/C++11",
// PLDI 2017, with C++20's release sequences. A read-modify-write is one event here.
#pragma once

#include <cstdint>
#include <set>

#include "litmus_program.hpp"

namespace spinlab::litmus {

struct Consistent {
  std::set<Outcome> outcomes;
  std::uint64_t maps = 0;        // Reads-from maps that were tried.
  std::uint64_t executions = 0;  // Pairs of reads-from and modification order.
};

// For programs of is_for_axioms() only, without conditions; at most 28 instructions.
Consistent by_axioms(const Program& program);

}  // namespace spinlab::litmus
