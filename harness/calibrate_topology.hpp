// This computer as a machine that can be simulated: `spinlab calibrate --write-topology`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/calibration.hpp"
#include "harness/line_costs.hpp"
#include "harness/topology_file.hpp"

namespace spinlab {

// What was measured, in ns.
struct MachineCosts {
  CoreCosts core;
  std::map<Distance, std::vector<double>> one_line;  // One way, for each pair and round.
  // What a read-modify-write of a line that another has just written takes more than of an owned one,
  // in rounds; not for distances of which no pair could be measured.
  std::map<Distance, std::vector<double>> transfers;
  std::optional<DirtyRead> dirty_read;
  std::optional<double> hold_percent;
  std::vector<double> read_occupancy;  // Empty: not measured.
  double frequency_ghz = 0;
};

// Seconds; longer on machines of many processors. Throws UserError, one line, if the ping-pong could
// not be pinned, or if of some distance that occurs among the allowed processors no trial ended
// undisturbed. Thread safety: it needs the processors for itself.
MachineCosts measure_machine_costs(const Topology& topology, const PingPongEffort& effort);

// The file. What was not measured is assumed, and says so in its source; `warnings` gets one line for
// each. Throws UserError if the costs do not make a topology file. Pure.
//
// A transfer is what was measured by itself. The ping-pong on one line, whose way also takes it, gives
// a second value: the transfer that makes the model's own ping-pong, with all the other costs as
// measured, take as long (simulated_ping_pong.hpp). Both threads pause between looks, so one way
// hardly changes with transfers shorter than a pause: the fit is the end of a range, and widens the
// spread. Where nothing else was measured, it is the transfer.
TopologyFile topology_from_costs(const MachineCosts& costs, const std::string& name,
                                 const std::string& processor, const std::string& synthetic,
                                 std::vector<std::string>& warnings);

// The description of a topology: hwloc's, or, where that has none that can be simulated, one of the
// same counts as far as they divide.
std::string simulable_description(const Topology& topology);

}  // namespace spinlab
