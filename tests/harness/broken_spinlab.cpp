// spinlab with contestants that break their contract, for command_line_test.py and
// simulate_command_test.py.
#include "broken_locks.hpp"
#include "harness/cli.hpp"
#include "harness/simulated_locks.hpp"

namespace spinlab {
namespace {

// Excludes nobody.
template <class M>
struct SimulatedOpenDoor {
  using Node = NoNode;
  void acquire(Node&) {}
  void release(Node&) {}
};

// Is held from the start: whoever comes waits for ever.
template <class M>
struct SimulatedNeverFree {
  using Node = NoNode;
  void acquire(Node&) {
    held.await([](bool value) { return !value; }, memory_order::acquire);
  }
  void release(Node&) {}

  typename M::template Cell<bool> held{true};
};

template <template <class> class LockOver>
SimulatedOutcome run_window(const SimulatedShape& shape, const WindowOptions& options,
                            SimulationTrace* trace) {
  return SimulatedTeam(shape, options, trace).run<LockOver>();
}

}  // namespace
}  // namespace spinlab

int main(int argc, char** argv) {
  using namespace spinlab;
  add_entrant(broken_entrant<OpenDoor>("open_door"));
  add_entrant(broken_entrant<TestThenSet>("test_then_set"));
  add_entrant(broken_entrant<NeverFree>("never_free"));
  add_entrant(broken_entrant<Crash>("crash"));
  add_simulated_lock({"open_door", &run_window<SimulatedOpenDoor>});
  add_simulated_lock({"never_free", &run_window<SimulatedNeverFree>});
  return run_cli(argc, argv);
}
