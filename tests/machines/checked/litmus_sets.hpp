// The exact sets of outcomes that litmus tests compare with what they expect.
#pragma once

#include <set>
#include <string>

#include "litmus_program.hpp"

namespace spinlab::litmus {

// By the checker, in both of its schedules, and by the axioms: a test fails if they differ.
std::set<Outcome> outcomes_of(const Program& program);

// "0 1 | 1": what each thread that reads at all has read.
std::set<std::string> registers_of(const Program& program);

// "0 1 | 1 -> 1 2": and the final values of the locations that the program uses.
std::set<std::string> registers_and_finals_of(const Program& program);

}  // namespace spinlab::litmus
