// What things cost on this computer before any lock is measured: the units that results are also
// printed in.
#pragma once

#include <string>
#include <string_view>

#include "harness/floors.hpp"
#include "harness/ping_pong.hpp"
#include "harness/topology.hpp"

namespace spinlab {

struct Calibration {
  double empty_loop_ns = 0;  // The three floors (harness/floors.hpp).
  double locked_rmw_ns = 0;
  double rmw_store_ns = 0;
  double pause_ns = 0;            // One pause instruction.
  double timer_ns = 0;            // Reading the time-stamp counter.
  double monotonic_clock_ns = 0;  // Reading CLOCK_MONOTONIC.
  double ns_per_tick = 0;
  double delay_ns_per_iteration = 0;  // One addition of spinlab_delay().
  bool counter_constant = false;      // Its rate is the same asleep and awake.
  bool counter_monotone = false;      // Across processors.
  PingPong ping_pong;                 // A single processor if no more are allowed.
};

// Everything but the floors, which are passed through: about 0.1 s, and what the ping-pong takes.
// Costs are of the first allowed processor. Throws std::invalid_argument if the topology is not
// this host's. Thread safety: it needs the processors for itself.
Calibration measure_calibration(const Topology& topology, const Floors& floors, bool quick,
                                const PingPongEffort& effort);

// As a table for people, one line a fact; of more than 16 processors, line transfers only by
// distance.
std::string calibration_text(const Calibration& calibration, const Topology& topology);

// As JSON, and back. What is not a number is null there. Reading throws UserError, one line, for a
// text that is no calibration of this format; unknown keys are skipped.
std::string to_json_text(const Calibration& calibration);
Calibration calibration_from_json_text(std::string_view text);

}  // namespace spinlab
