// The context block of results files: what was measured, where, and with which build.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/topology.hpp"
#include "harness/topology_file.hpp"

namespace spinlab {

struct ContextFacts {
  std::uint64_t seed = 1;
  int processes = 1;
  int repetitions = 1;
  double window_ms = 10;
  std::string calibration_json;  // An object's text; empty: not calibrated.
};

// The JSON text of an object; `host` inside it holds what only this computer and moment explain.
std::string context_json(const Topology& topology, const ContextFacts& facts);

struct SimulatedContextFacts {
  std::uint64_t seed = 1;
  int draws = 1;
  int repetitions = 1;
  double window_ms = 2;
  int home = 0;
  std::vector<std::string> locks;  // Those that were simulated.
  // Of the host, not of the results:
  int jobs = 1;
  double simulated_operations_per_second = 0;  // On one host thread, on average.
};

// The same for a simulated run. Outside of `host`, all of it follows from the options and the
// topology file, which it quotes.
std::string simulated_context_json(const TopologyFile& file, const Topology& topology,
                                   const SimulatedContextFacts& facts);

// Equal for equal descriptions of a machine, with the locks in the same package's memory. Never
// equal to a host's.
std::string simulated_fingerprint(const TopologyFile& file, const Topology& topology, int home);

// The JSON text of an array: every contestant, as `spinlab list --json` prints it.
std::string contestants_json();

}  // namespace spinlab
