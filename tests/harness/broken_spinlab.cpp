// spinlab with contestants that break their contract, for command_line_test.py.
#include "broken_locks.hpp"
#include "harness/cli.hpp"

int main(int argc, char** argv) {
  using namespace spinlab;
  add_entrant(broken_entrant<OpenDoor>("open_door"));
  add_entrant(broken_entrant<TestThenSet>("test_then_set"));
  add_entrant(broken_entrant<NeverFree>("never_free"));
  add_entrant(broken_entrant<Crash>("crash"));
  return run_cli(argc, argv);
}
