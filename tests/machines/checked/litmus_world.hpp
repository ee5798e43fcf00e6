// Runs a litmus program on the checked machine.
#pragma once

#include "litmus_program.hpp"
#include "machines/checked/checked.hpp"
#include "machines/checked/program.hpp"
#include "machines/checked/threads.hpp"

namespace spinlab::litmus {

// The litmus program must outlive what is returned.
checked::Program checked_program(const Program& program);

// What the threads read and left behind in a finished execution of checked_program().
Outcome outcome_of(const checked::Graph& graph, const checked::Threads& threads);

}  // namespace spinlab::litmus
