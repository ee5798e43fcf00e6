#include "harness/topology_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "harness/topology_file.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

using simulated::LatencyClass;
using simulated::Model;
using simulated::Ticks;

constexpr double kTicksPerUs = 1000.0 * simulated::kTicksPerNs;

double at_quantile(const Cost& cost, Quantile quantile) {
  if (quantile == Quantile::kP5) return cost.p5;
  return quantile == Quantile::kP95 ? cost.p95 : cost.median;
}

// From here on everything is whole: hosts that round differently elsewhere agree.
Ticks ticks_of(const Cost& cost, Quantile quantile) {
  return static_cast<Ticks>(
      std::llround(at_quantile(cost, quantile) * static_cast<double>(simulated::kTicksPerNs)));
}

Ticks ticks_of_us(double us) { return static_cast<Ticks>(std::llround(us * kTicksPerUs)); }

// A kind of pair: its distance, and, where packages are unequally far, which two packages.
struct Kind {
  Distance distance = Distance::kSameProcessor;
  int package = 0;
  int other_package = 0;

  friend auto operator<=>(const Kind&, const Kind&) = default;
};

class ModelMaker {
 public:
  ModelMaker(const TopologyFile& file, const Topology& topology,
             const std::function<Quantile(std::string_view)>& choose)
      : file_(file), topology_(topology), choose_(choose) {}

  Model make() {
    require_simulable(topology_);
    set_costs();
    number_places();
    add_classes();
    sort_classes();
    return std::move(model_);
  }

 private:
  void set_costs() {
    constexpr std::pair<Cost TopologyFile::*, Ticks Model::*> kCosts[] = {
        {&TopologyFile::load_hit, &Model::load_hit},
        {&TopologyFile::store_hit, &Model::store_hit},
        {&TopologyFile::rmw, &Model::rmw},
        {&TopologyFile::operation, &Model::operation},
        {&TopologyFile::pause, &Model::pause},
        {&TopologyFile::memory, &Model::memory},
        {&TopologyFile::read_occupancy, &Model::read_occupancy},
        {&TopologyFile::invalidate, &Model::invalidate}};
    for (const NamedCost& named : named_costs()) {
      for (const auto& [cost, ticks] : kCosts) {
        if (cost == named.cost) model_.*ticks = ticks_of(file_.*cost, choose_(named.name));
      }
    }
    model_.protocol = file_.protocol;
    model_.hold_percent = static_cast<std::uint32_t>(file_.hold_percent);
    model_.jitter_percent = static_cast<std::uint32_t>(file_.jitter_percent);
    model_.migratory = file_.migratory;
    model_.write_first = file_.write_first;
    model_.quantum = ticks_of_us(file_.quantum_us);
    model_.switch_cost = ticks_of_us(file_.switch_us);
    model_.wake_cost = ticks_of_us(file_.wake_us);
  }

  // Packages and nodes in the order of their first processors, since hwloc's numbers have gaps
  // where an object has no processor.
  void number_places() {
    std::map<int, std::uint16_t> packages;
    std::map<int, std::uint16_t> nodes;
    model_.processors = static_cast<std::uint32_t>(topology_.processors().size());
    model_.package.clear();
    model_.node.clear();
    for (const int processor : topology_.processors()) {
      const auto number = [](std::map<int, std::uint16_t>& numbers, int place) {
        return numbers.emplace(place, static_cast<std::uint16_t>(numbers.size())).first->second;
      };
      model_.package.push_back(number(packages, topology_.package(processor)));
      model_.node.push_back(number(nodes, topology_.node(processor)));
    }
  }

  void add_classes() {
    const std::size_t n = model_.processors;
    model_.classes.clear();
    model_.class_between.assign(n * n, 0);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const std::uint8_t number = class_of(kind_of(static_cast<int>(i), static_cast<int>(j)));
        model_.class_between[i * n + j] = model_.class_between[j * n + i] = number;
      }
    }
  }

  Kind kind_of(int processor, int other) const {
    const Distance distance = topology_.distance(processor, other);
    if (distance != Distance::kRemote || file_.between_packages.empty()) return {distance, 0, 0};
    const auto [low, high] = std::minmax({topology_.package(processor), topology_.package(other)});
    return {distance, low, high};
  }

  std::uint8_t class_of(const Kind& kind) {
    const auto [found, is_new] =
        class_numbers_.emplace(kind, static_cast<std::uint8_t>(model_.classes.size()));
    if (is_new) model_.classes.push_back(make_class(kind));
    return found->second;
  }

  LatencyClass make_class(const Kind& kind) {
    const std::string name(transfer_name(kind.distance));
    if (kind.package != kind.other_package) {
      if (!between_packages_) between_packages_ = choose_("between_packages");
      const auto row = static_cast<std::size_t>(kind.package);
      const auto column = static_cast<std::size_t>(kind.other_package);
      const Ticks ticks = way_of(file_.between_packages.at(row).at(column), *between_packages_);
      return {fmt::format("{} {}-{}", name, row, column), ticks, ticks};
    }
    const auto transfer = file_.transfers.find(kind.distance);
    if (transfer == file_.transfers.end()) {
      throw UserError(
          fmt::format("'{}' has no latency transfers.{} for this machine", file_.name, name));
    }
    const Quantile quantile = choose_("transfers." + name);
    return {name, way_of(transfer->second.near_home, quantile),
            way_of(transfer->second.to_far_home(), quantile)};
  }

  // Of the line alone: the operation that it came for is charged when it is there. At least a tick,
  // since both are drawn, and the nearest of transfers hardly outlast an operation.
  Ticks way_of(const Cost& transfer, Quantile quantile) const {
    const Ticks ticks = ticks_of(transfer, quantile);
    if (!file_.transfers_contain_rmw) return ticks;
    return ticks > model_.rmw ? ticks - model_.rmw : 1;
  }

  void sort_classes() {
    std::vector<std::size_t> order(model_.classes.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {}, [this](std::size_t i) { return model_.classes[i].ticks; });
    std::vector<LatencyClass> sorted;
    std::vector<std::uint8_t> moved_to(order.size());
    for (const std::size_t i : order) {
      moved_to[i] = static_cast<std::uint8_t>(sorted.size());
      sorted.push_back(std::move(model_.classes[i]));
    }
    model_.classes = std::move(sorted);
    if (order.empty()) return;
    for (std::uint8_t& number : model_.class_between) number = moved_to[number];
  }

  const TopologyFile& file_;
  const Topology& topology_;
  const std::function<Quantile(std::string_view)>& choose_;
  Model model_;
  std::map<Kind, std::uint8_t> class_numbers_;
  std::optional<Quantile> between_packages_;  // Asked for once.
};

}  // namespace

void require_simulable(const Topology& topology) {
  const std::vector<int>& processors = topology.processors();
  if (processors.size() > simulated::kMostProcessors) {
    throw UserError(fmt::format("the machine has {} processors, and at most {} are simulated",
                                processors.size(), simulated::kMostProcessors));
  }
  // Ascending and distinct, so the last one tells.
  if (processors.back() != static_cast<int>(processors.size()) - 1) {
    throw UserError(fmt::format(
        "the machine's {0} processors must have the OS indices 0 to {1}, and one has {2}; describe "
        "it by a synthetic string instead",
        processors.size(), processors.size() - 1, processors.back()));
  }
}

std::set<Distance> distances_of(const Topology& topology) {
  std::set<Distance> distances;
  const std::vector<int>& processors = topology.processors();
  for (const int processor : processors) {
    for (const int other : processors) {
      if (other < processor) distances.insert(topology.distance(processor, other));
    }
  }
  return distances;
}

simulated::Model make_model(const TopologyFile& file, const Topology& topology,
                            const std::function<Quantile(std::string_view cost)>& choose) {
  return ModelMaker(file, topology, choose).make();
}

}  // namespace spinlab
