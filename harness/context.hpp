// The context block of results files: what was measured, where, and with which build.
#pragma once

#include <cstdint>
#include <string>

#include "harness/topology.hpp"

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

// The JSON text of an array: every contestant, as `spinlab list --json` prints it.
std::string contestants_json();

}  // namespace spinlab
