#include "harness/topology_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <tuple>

namespace spinlab {
namespace {

// "1 core", "2 cores".
std::string counted(int count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// The last position of the run that starts at `first`: equal steps between all its members.
std::size_t end_of_run(const std::vector<int>& sorted, std::size_t first) {
  std::size_t last = std::min(first + 1, sorted.size() - 1);
  const int step = sorted[last] - sorted[first];
  while (last + 1 < sorted.size() && sorted[last + 1] - sorted[last] == step) ++last;
  return last;
}

// "none" where hwloc reports no such object and the number is a substitute.
std::string number_or_none(int number, int count) {
  return number < count ? fmt::format("{}", number) : "none";
}

std::string summary(const Topology& topology) {
  return fmt::format(
      "{}: {}, {}, {}, {}, {}; allowed: {}\n",
      topology.is_this_host() ? "this host" : "described machine",
      counted(topology.package_count(), "package"), counted(topology.node_count(), "NUMA node"),
      counted(topology.l3_count(), "L3"), counted(topology.core_count(), "core"),
      counted(topology.processor_count(), "processor"), processor_list(topology.processors()));
}

std::string objects_table(const Topology& topology) {
  struct Members {
    std::set<int> cores;
    std::vector<int> processors;
  };
  std::map<std::tuple<int, int, int>, Members> places;
  for (const ProcessorPlace& processor : topology.in_machine_order()) {
    Members& members = places[{processor.package, processor.node, processor.l3}];
    members.cores.insert(processor.core);
    members.processors.push_back(processor.os_index);
  }
  std::string text = fmt::format("{:>7}  {:>4}  {:>4}  {:>5}  {}\n", "package", "node", "L3",
                                 "cores", "processors");
  for (const auto& [place, members] : places) {
    const auto& [package, node, l3] = place;
    text += fmt::format(
        "{:>7}  {:>4}  {:>4}  {:>5}  {}\n", number_or_none(package, topology.package_count()),
        number_or_none(node, topology.node_count()), number_or_none(l3, topology.l3_count()),
        members.cores.size(), processor_list(members.processors));
  }
  return text;
}

std::string placements_table(const Topology& topology, const std::vector<int>& thread_counts,
                             Oversubscribe oversubscribe) {
  const std::vector<std::string> names(placement_names().begin(), placement_names().end());
  const std::string all_names = fmt::format("{}", fmt::join(names, " "));
  std::string text =
      fmt::format("{:>7}  {:<{}}  {}\n", "threads", "placements", all_names.size(), "processors");
  for (const int threads : thread_counts) {
    for (const PlacementGroup& group : group_placements(topology, threads, names, oversubscribe)) {
      text += fmt::format("{:>7}  {:<{}}  {}\n", threads,
                          fmt::format("{}", fmt::join(group.names, " ")), all_names.size(),
                          processor_list(group.processors));
    }
  }
  return text;
}

}  // namespace

std::string processor_list(std::vector<int> processors) {
  if (processors.empty()) return "none";
  std::ranges::sort(processors);
  std::string text;
  for (std::size_t first = 0; first < processors.size();) {
    if (!text.empty()) text += ',';
    const std::size_t last = end_of_run(processors, first);
    // Two are no run: what looks like one with the next may start a better one.
    if (last < first + 2) {
      text += fmt::format("{}", processors[first++]);
      continue;
    }
    text += fmt::format("{}-{}", processors[first], processors[last]);
    const int step = processors[first + 1] - processors[first];
    if (step > 1) text += fmt::format(":{}", step);
    first = last + 1;
  }
  return text;
}

std::vector<int> usual_thread_counts(const Topology& topology) {
  const int all = static_cast<int>(topology.processors().size());
  std::vector<int> counts;
  for (int threads = 1; threads < all; threads *= 2) counts.push_back(threads);
  counts.push_back(all);
  return counts;
}

std::string topology_text(const Topology& topology, const std::vector<int>& thread_counts,
                          Oversubscribe oversubscribe) {
  const std::string synthetic = topology.synthetic();
  return summary(topology) +
         fmt::format("hwloc: {}\n\n",
                     synthetic.empty() ? "too irregular for a synthetic description" : synthetic) +
         objects_table(topology) + "\n" + placements_table(topology, thread_counts, oversubscribe);
}

}  // namespace spinlab
