#include "harness/calibrate_topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "harness/delay.hpp"
#include "harness/placement.hpp"
#include "harness/simulated_ping_pong.hpp"
#include "harness/statistics.hpp"
#include "harness/topology_model.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

constexpr double kLow = 0.05;
constexpr double kHigh = 0.95;
constexpr const char* kSource = "measured by spinlab calibrate --write-topology";

// Picoseconds are noise.
double rounded(double ns) { return std::round(ns * 100) / 100; }

Cost cost_of(const std::vector<double>& ns, std::string source = {}) {
  if (ns.empty()) throw UserError("a cost has no trial without an interruption; measure again");
  return {rounded(median(ns)), rounded(quantile(ns, kLow)), rounded(quantile(ns, kHigh)),
          std::move(source)};
}

std::map<Distance, std::pair<int, int>> pair_of_each_distance(const Topology& topology) {
  std::map<Distance, std::pair<int, int>> pairs;
  const std::vector<int>& processors = topology.processors();
  for (const int other : processors)
    if (other != processors.front())
      pairs.try_emplace(topology.distance(processors.front(), other), processors.front(), other);
  return pairs;
}

// A transfer by itself, once for each distance.
void measure_alone(const std::map<Distance, std::pair<int, int>>& pairs, MachineCosts& costs) {
  for (const auto& [distance, pair] : pairs) {
    const auto measured = measure_dirty_read(pair.first, pair.second);
    if (measured && measured->unread_ns > measured->owned_ns)
      costs.transfers[distance].push_back(measured->unread_ns - measured->owned_ns);
  }
}

// Pairs of all distances, several times on small machines, so that a spread is known there, too. Both
// measurements in turn: in a virtual machine, the distance may change meanwhile.
void measure_transfers(const Topology& topology, const PingPongEffort& effort,
                       MachineCosts& costs) {
  constexpr std::size_t kMostRounds = 60;
  constexpr std::size_t kPairsWanted = 300;
  const std::vector<int> processors = ping_pong_processors(topology, /*quick=*/true);
  const std::size_t pairs = processors.size() * (processors.size() - 1) / 2;
  if (pairs == 0) return;
  const auto alone = pair_of_each_distance(topology);
  for (std::size_t round = 0; round < std::clamp(kPairsWanted / pairs, std::size_t{1}, kMostRounds);
       ++round) {
    const PingPong measured = measure_ping_pong(processors, effort);
    measure_alone(alone, costs);
    if (!measured.pinned) {
      throw UserError("pinning threads is refused here, so no distance is known; allow it");
    }
    for (std::size_t i = 0; i < processors.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        auto& all = costs.one_line[topology.distance(processors[i], processors[j])];
        if (const double ns = measured.one_line_ns[i][j]; !std::isnan(ns)) all.push_back(ns);
      }
    }
  }
  for (const auto& [distance, ns] : costs.one_line) {
    if (!ns.empty()) continue;
    throw UserError(
        fmt::format("no trial between processors of distance '{}' ended undisturbed; measure on an "
                    "idle machine",
                    transfer_name(distance)));
  }
}

// A machine is described as a whole, though only some of its processors may be allowed.
void require_all_distances(const MachineCosts& costs, const std::string& synthetic) {
  for (const Distance distance : distances_of(Topology::from_synthetic(synthetic))) {
    if (costs.one_line.contains(distance)) continue;
    throw UserError(fmt::format(
        "no two processors of distance '{}' are among those allowed here; allow all of the machine",
        transfer_name(distance)));
  }
}

// Two processors on cores of their own, as near as there are.
void measure_exchanges(const Topology& topology, MachineCosts& costs) {
  if (topology.processors().size() < 2) return;
  const std::vector<int> processors =
      place(topology, "core", static_cast<int>(topology.processors().size()));
  costs.dirty_read = measure_dirty_read(processors[0], processors[1]);
  costs.hold_percent = measure_hold_percent(processors[0], processors[1]);
  costs.read_occupancy = measure_read_occupancy(processors);
}

// Two processors of one class, with the file's costs but for the transfer.
simulated::Model pair_of(const TopologyFile& file, const MachineCosts& costs) {
  TopologyFile pair = file;
  pair.synthetic = "l3:1 core:2 pu:1";
  pair.transfers[Distance::kL3] = {};
  pair.read_occupancy = costs.read_occupancy.empty() ? Cost{} : cost_of(costs.read_occupancy);
  return make_model(pair, pair.topology(), [](std::string_view) { return Quantile::kMedian; });
}

void set_transfers(const MachineCosts& costs, TopologyFile& file) {
  const simulated::Model pair = pair_of(file, costs);
  for (const auto& [distance, one_ways_ns] : costs.one_line) {
    const Cost fitted =
        cost_of(fitted_transfers_ns(pair, one_ways_ns),
                "measured: the transfer with which a simulated ping-pong on one line takes as long "
                "as the real one");
    const auto alone = costs.transfers.find(distance);
    if (alone == costs.transfers.end() || alone->second.empty()) {
      file.transfers[distance].near_home = fitted;
      continue;
    }
    Cost transfer = cost_of(
        alone->second,
        fmt::format("measured: a read-modify-write of a line that another has just written, less "
                    "one on an owned line; the spread reaches to {:.1f} ns, with which a simulated "
                    "ping-pong on one line takes as long as the real one",
                    fitted.median));
    transfer.p5 = std::min(transfer.p5, fitted.p5);
    transfer.p95 = std::max(transfer.p95, fitted.p95);
    file.transfers[distance].near_home = transfer;
  }
}

double least_transfer(const TopologyFile& file) {
  double least = 0;
  for (const auto& [distance, transfer] : file.transfers) {
    const double ns = transfer.near_home.median;
    if (distance != Distance::kSmt && (least == 0 || ns < least)) least = ns;
  }
  return least;
}

void set_occupancy(const MachineCosts& costs, TopologyFile& file,
                   std::vector<std::string>& warnings) {
  constexpr double kShare = 5;
  constexpr double kEitherWay = 3;
  if (!costs.read_occupancy.empty()) {
    file.read_occupancy = cost_of(costs.read_occupancy,
                                  "measured: slope of the time until the last of k readers sees "
                                  "a write, over k");
  } else {
    const double ns = least_transfer(file) / kShare;
    file.read_occupancy = {rounded(ns), rounded(ns / kEitherWay), rounded(ns * kEitherWay),
                           "assumed: a fifth of the least transfer between cores, within a factor "
                           "of three; measuring it needs three processors"};
    warnings.emplace_back("read_occupancy is assumed: measuring it needs three processors");
  }
  file.invalidate = {0, 0, file.read_occupancy.median,
                     "assumed: invalidations overlap; 95 %: each costs as much as a read"};
}

void set_protocol(const MachineCosts& costs, TopologyFile& file,
                  std::vector<std::string>& warnings) {
  const bool is_amd = file.processor.find("AMD") != std::string::npos;
  const bool is_intel = file.processor.find("Intel") != std::string::npos;
  file.protocol = is_intel ? simulated::Protocol::kMesif : simulated::Protocol::kMoesi;
  file.parameter_sources["protocol"] = is_intel ? "Intel since Nehalem: MESIF"
                                       : is_amd ? "AMD64 Architecture Programmer's Manual: MOESI"
                                                : "assumed: MOESI, as on CHI";
  if (costs.dirty_read) {
    file.migratory = takes_over(*costs.dirty_read);
    file.parameter_sources["migratory"] = fmt::format(
        "measured: a read-modify-write takes {:.1f} ns on a line that another has written, {:.1f} "
        "after reading it, {:.1f} on an owned one",
        costs.dirty_read->unread_ns, costs.dirty_read->read_ns, costs.dirty_read->owned_ns);
  } else {
    file.migratory = is_amd;
    file.parameter_sources["migratory"] = "assumed: yes on AMD, no elsewhere";
    warnings.emplace_back(
        "migratory is assumed: measuring it needs two processors that can be "
        "pinned to");
  }
}

void set_hold(const MachineCosts& costs, TopologyFile& file, std::vector<std::string>& warnings) {
  constexpr int kAssumed = 50;
  file.hold_percent =
      costs.hold_percent ? static_cast<int>(std::lround(*costs.hold_percent)) : kAssumed;
  file.parameter_sources["hold_percent"] =
      costs.hold_percent
          ? "measured: when an owner that counts on the line misses first after another's request"
          : "assumed: half; transfers here are too short for counting on the line to tell";
  if (!costs.hold_percent) {
    warnings.emplace_back(
        "hold_percent is assumed: transfers are too short here, or too often "
        "interrupted, to measure it");
  }
}

void set_scheduling(TopologyFile& file) {
  file.jitter_percent = 5;
  file.parameter_sources["jitter_percent"] = "assumed: a few per cent";
  file.parameter_sources["write_first"] = "assumed: requests for a line are served alike";
  file.quantum_us = 3000;
  file.parameter_sources["quantum_us"] =
      "Linux: base slice of the fair scheduler, 0.75 ms x (1 + log2 of 8 processors or more)";
  file.switch_us = 1.5;
  file.parameter_sources["switch_us"] = "assumed: a context switch with warm caches, 1 to 2 us";
  file.wake_us = 5;
  file.parameter_sources["wake_us"] =
      "assumed: a futex wake and the way to the woken thread, 2 to 10 us";
}

}  // namespace

MachineCosts measure_machine_costs(const Topology& topology, const PingPongEffort& effort) {
  MachineCosts costs;
  const int processor = topology.processors().front();
  measure_transfers(topology, effort, costs);
  costs.core = measure_core_costs(processor);
  measure_exchanges(topology, costs);
  costs.frequency_ghz = rounded(delay_iterations_per_ns(processor));
  return costs;
}

TopologyFile topology_from_costs(const MachineCosts& costs, const std::string& name,
                                 const std::string& processor, const std::string& synthetic,
                                 std::vector<std::string>& warnings) {
  require_all_distances(costs, synthetic);
  TopologyFile file;
  file.name = name;
  file.processor = processor;
  file.source = kSource;
  file.synthetic = synthetic;
  file.frequency_ghz = costs.frequency_ghz;
  file.load_hit = cost_of(costs.core.load_hit);
  file.store_hit = cost_of(costs.core.store_hit);
  file.rmw = cost_of(costs.core.rmw);
  file.operation = cost_of(costs.core.operation);
  file.pause = cost_of(costs.core.pause);
  file.memory = cost_of(costs.core.memory);
  set_protocol(costs, file, warnings);
  set_hold(costs, file, warnings);
  set_scheduling(file);
  set_transfers(costs, file);
  set_occupancy(costs, file, warnings);
  check_topology_file(file);
  return file;
}

std::string simulable_description(const Topology& topology) {
  std::string own = topology.synthetic();
  if (!own.empty()) {
    const Topology again = Topology::from_synthetic(own);
    if (again.processors().back() == again.processor_count() - 1) return own;
  }
  std::string description;
  int parents = 1;
  const std::array<std::pair<const char*, int>, 5> levels{{{"package", topology.package_count()},
                                                           {"numa", topology.node_count()},
                                                           {"l3", topology.l3_count()},
                                                           {"core", topology.core_count()},
                                                           {"pu", topology.processor_count()}}};
  for (const auto& [level, count] : levels) {
    if (count < parents || count % parents != 0) continue;
    description += fmt::format("{}{}:{}", description.empty() ? "" : " ", level, count / parents);
    parents = count;
  }
  return description;
}

}  // namespace spinlab
