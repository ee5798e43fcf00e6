// RC11's axiom for seq_cst: psc is acyclic.
//
// Source: Lahav, Vafeiadis, Kang, Hur and Dreyer, "Repairing Sequential Consistency in C/C++11",
// PLDI 2017, section 3. Tested on finished graphs, since no order of execution exists before.
#pragma once

#include "machines/checked/graph.hpp"

namespace spinlab::checked {

// True at once if fewer than two events are seq_cst.
bool is_seq_cst_consistent(const Graph& graph);

}  // namespace spinlab::checked
