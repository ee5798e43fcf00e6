// What a topology file must be so that its machine can be simulated.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/synthetic_description.hpp"
#include "harness/topology_file.hpp"
#include "harness/topology_model.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

constexpr double kMostNs = 1e6;
constexpr double kMostUs = 1000;
constexpr double kLongestQuantumUs = 1e6;
constexpr double kMostGhz = 100;
constexpr std::size_t kLongestName = 64;

void check_name(std::string_view name) {
  const bool good = !name.empty() && name.size() <= kLongestName &&
                    name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == name.npos;
  if (!good) throw UserError("name: up to 64 lower-case letters, digits and hyphens are wanted");
}

void check_cost(const Cost& cost, std::string_view where) {
  for (const double ns : {cost.p5, cost.median, cost.p95}) {
    // Not a number is in no range.
    if (!(ns >= 0 && ns <= kMostNs)) {
      throw UserError(fmt::format("{}: {} ns is not from 0 to 1000000 (1 ms)", where, ns));
    }
  }
  if (!(cost.p5 <= cost.median && cost.median <= cost.p95)) {
    throw UserError(fmt::format("{}: 5 %, median and 95 % must ascend, and are {}, {} and {} ns",
                                where, cost.p5, cost.median, cost.p95));
  }
}

void check_range(std::string_view where, double value, double lowest, double highest) {
  if (value >= lowest && value <= highest) return;
  throw UserError(
      fmt::format("parameters.{}: {} is not from {} to {}", where, value, lowest, highest));
}

void check_parameters(const TopologyFile& file) {
  constexpr double kLeastGhz = 0.001;
  check_range("frequency_ghz", file.frequency_ghz, kLeastGhz, kMostGhz);
  check_range("hold_percent", file.hold_percent, 0, 100);
  check_range("jitter_percent", file.jitter_percent, 0, 100);
  check_range("quantum_us", file.quantum_us, 0, kLongestQuantumUs);
  check_range("switch_us", file.switch_us, 0, kMostUs);
  check_range("wake_us", file.wake_us, 0, kMostUs);
}

void check_costs(const TopologyFile& file) {
  for (const NamedCost& named : named_costs()) {
    check_cost(file.*named.cost, fmt::format("costs.{}", named.name));
  }
  for (const auto& [distance, transfer] : file.transfers) {
    const std::string where = fmt::format("transfers.{}", transfer_name(distance));
    check_cost(transfer.near_home, where);
    check_cost(transfer.far_home, where + ".far_home");
  }
  // Every acquisition has one: without its cost, simulated time would stand still.
  constexpr double kTickNs = 0.1;
  if (file.rmw.p5 < kTickNs)
    throw UserError(fmt::format("rmw: {} ns at 5 % is less than the {} ns that can be simulated",
                                file.rmw.p5, kTickNs));
}

void check_matrix(const std::vector<std::vector<Cost>>& matrix, std::size_t packages) {
  const auto is_short = [&](const auto& row) { return row.size() != packages; };
  if (matrix.size() != packages || std::ranges::any_of(matrix, is_short)) {
    throw UserError(
        fmt::format("between_packages: the machine has {0} packages, so {0} rows of {0} "
                    "are wanted",
                    packages));
  }
  if (packages > kMostPackagesInMatrix) {
    throw UserError(
        fmt::format("between_packages: it is for at most {} packages", kMostPackagesInMatrix));
  }
  for (std::size_t i = 0; i < packages; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      check_cost(matrix[i][j], fmt::format("between_packages.{}.{}", i, j));
      if (matrix[i][j] == matrix[j][i]) continue;
      throw UserError(
          fmt::format("between_packages: {0}.{1} and {1}.{0} differ; a line's way costs "
                      "the same in both directions",
                      i, j));
    }
  }
}

// Before hwloc builds it.
void check_description(const TopologyFile& file) {
  if (file.synthetic.empty() == file.xml.empty()) {
    throw UserError("one of synthetic and xml is wanted, to say what the machine is built of");
  }
  const auto processors = processors_described(file.synthetic);
  if (file.xml.empty() && processors && *processors > simulated::kMostProcessors) {
    throw UserError(
        fmt::format("synthetic: it describes more than {} processors, the most that are "
                    "simulated",
                    simulated::kMostProcessors));
  }
}

}  // namespace

void check_topology_file(const TopologyFile& file) {
  check_name(file.name);
  check_parameters(file);
  check_costs(file);
  check_description(file);
  const Topology topology = file.topology();
  require_simulable(topology);
  if (!file.between_packages.empty()) {
    check_matrix(file.between_packages, static_cast<std::size_t>(topology.package_count()));
  }
  for (const Distance distance : distances_of(topology)) {
    if (file.transfers.contains(distance)) continue;
    if (distance == Distance::kRemote && !file.between_packages.empty()) continue;
    throw UserError(
        fmt::format("transfers.{}: missing, and the machine has processors that far "
                    "from each other",
                    transfer_name(distance)));
  }
}

}  // namespace spinlab
