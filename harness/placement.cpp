#include "harness/placement.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <utility>

#include "harness/user_error.hpp"

namespace spinlab {
namespace {

using Order = std::vector<ProcessorPlace>;
using Level = int ProcessorPlace::*;

// Splits by the number at a level; groups and their members stay in the order of first sight.
std::vector<Order> split(const Order& order, Level level) {
  std::vector<Order> groups;
  std::map<int, std::size_t> group_of;
  for (const ProcessorPlace& processor : order) {
    const auto [found, is_new] = group_of.try_emplace(processor.*level, groups.size());
    if (is_new) groups.emplace_back();
    groups[found->second].push_back(processor);
  }
  return groups;
}

// One of each group in turn; groups that are used up are left out.
Order take_turns(const std::vector<Order>& groups) {
  Order merged;
  std::size_t longest = 0;
  for (const Order& group : groups) longest = std::max(longest, group.size());
  for (std::size_t turn = 0; turn < longest; ++turn) {
    for (const Order& group : groups) {
      if (turn < group.size()) merged.push_back(group[turn]);
    }
  }
  return merged;
}

// Turns at the first level; within each of its groups, turns at the second, and so on.
Order spread(const Order& order, std::span<const Level> levels) {
  if (levels.empty()) return order;
  std::vector<Order> groups = split(order, levels.front());
  for (Order& group : groups) group = spread(group, levels.subspan(1));
  return take_turns(groups);
}

template <Level... kLevels>
Order spread_over(const Order& machine_order) {
  constexpr std::array<Level, sizeof...(kLevels)> kInTurn{kLevels...};
  return spread(machine_order, kInTurn);
}

Order keep(const Order& machine_order) { return machine_order; }

struct Placement {
  std::string_view name;
  Order (*arrange)(const Order& machine_order);
};

constexpr std::array kPlacements{
    Placement{"compact", keep},
    Placement{"scatter", spread_over<&ProcessorPlace::package, &ProcessorPlace::node,
                                     &ProcessorPlace::l3, &ProcessorPlace::core>},
    Placement{"smt", keep},
    Placement{"core", spread_over<&ProcessorPlace::core>},
    Placement{"l3", spread_over<&ProcessorPlace::l3, &ProcessorPlace::core>},
    Placement{"node", spread_over<&ProcessorPlace::node, &ProcessorPlace::core>},
    Placement{"package", spread_over<&ProcessorPlace::package, &ProcessorPlace::core>},
};

const Placement& find_placement(std::string_view name) {
  for (const Placement& placement : kPlacements) {
    if (placement.name == name) return placement;
  }
  std::string known;
  for (const std::string_view each : placement_names()) {
    known += known.empty() ? "" : ", ";
    known += each;
  }
  throw UserError("there is no placement '" + std::string(name) + "'; there are " + known);
}

void check_thread_count(const Topology& topology, int threads, Oversubscribe oversubscribe) {
  if (threads < 1) {
    throw UserError("cannot place " + std::to_string(threads) + " threads; at least 1 is needed");
  }
  const auto available = topology.processors().size();
  if (oversubscribe == Oversubscribe::kNo && static_cast<std::size_t>(threads) > available) {
    throw UserError("cannot place " + std::to_string(threads) + " spinning threads on " +
                    std::to_string(available) + (available == 1 ? " processor" : " processors") +
                    ", unless --oversubscribe is given");
  }
}

}  // namespace

const std::vector<std::string_view>& placement_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> found;
    for (const Placement& placement : kPlacements) found.push_back(placement.name);
    return found;
  }();
  return names;
}

std::vector<int> place(const Topology& topology, std::string_view placement, int threads,
                       Oversubscribe oversubscribe) {
  const Placement& wanted = find_placement(placement);
  check_thread_count(topology, threads, oversubscribe);
  const Order order = wanted.arrange(topology.in_machine_order());
  std::vector<int> processors;
  for (std::size_t thread = 0; thread < static_cast<std::size_t>(threads); ++thread) {
    processors.push_back(order[thread % order.size()].os_index);
  }
  return processors;
}

std::vector<PlacementGroup> group_placements(const Topology& topology, int threads,
                                             std::span<const std::string> names,
                                             Oversubscribe oversubscribe) {
  std::vector<PlacementGroup> groups;
  std::map<std::vector<int>, std::size_t> group_of;
  for (const std::string& name : names) {
    std::vector<int> processors = place(topology, name, threads, oversubscribe);
    std::vector<int> set = processors;
    std::ranges::sort(set);
    const auto [found, is_new] = group_of.try_emplace(std::move(set), groups.size());
    if (is_new) groups.push_back({{}, std::move(processors)});
    groups[found->second].names.push_back(name);
  }
  return groups;
}

std::vector<std::string> distinct_placements(const Topology& topology, int threads,
                                             std::span<const std::string> names,
                                             Oversubscribe oversubscribe) {
  std::vector<std::string> first_names;
  for (const PlacementGroup& group : group_placements(topology, threads, names, oversubscribe)) {
    first_names.push_back(group.names.front());
  }
  return first_names;
}

}  // namespace spinlab
