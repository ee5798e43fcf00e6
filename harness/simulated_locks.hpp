// The locks of locks.def on the simulated machine.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/simulated_window.hpp"

namespace spinlab {

struct SimulatedLock {
  std::string_view name;
  RunSimulatedWindow run;
};

// In the order of locks.def.
std::span<const SimulatedLock> simulated_locks();

// Adds one, for tests of the harness itself. Before any other thread calls anything here; its name
// must be an entrant's.
void add_simulated_lock(SimulatedLock lock);

// Throws UserError with the known names if there is none of that name: peers and floors are native
// code, which only a native machine can run.
const SimulatedLock& find_simulated_lock(std::string_view name);

// S of workload.hpp on the model, in ns: one thread's read-modify-write, section and store.
double simulated_section_ns(const simulated::Model& model, const Workload& workload);

}  // namespace spinlab
