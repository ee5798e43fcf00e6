#include "harness/sweep.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>

#include "harness/contestants.hpp"
#include "harness/parse_number.hpp"
#include "harness/placement.hpp"
#include "harness/user_error.hpp"
#include "harness/workload.hpp"

namespace spinlab {
namespace {

using Names = std::vector<std::string>;

// What was asked for, or the default, each name once.
template <class Defaults>
Names chosen(const Names& asked, const Defaults& defaults) {
  Names names = asked.empty() ? Names(defaults.begin(), defaults.end()) : asked;
  Names unique;
  for (std::string& name : names) {
    if (std::ranges::find(unique, name) == unique.end()) unique.push_back(std::move(name));
  }
  return unique;
}

std::vector<int> thread_counts(const Names& asked, int processors) {
  std::vector<int> counts;
  for (const std::string& text : chosen(asked, Names{"auto"})) {
    if (text == "auto") {
      const auto automatic = automatic_thread_counts(processors);
      counts.insert(counts.end(), automatic.begin(), automatic.end());
    } else if (const auto count = parse_number<int>(text)) {
      counts.push_back(*count);
    } else {
      throw UserError(
          fmt::format("--threads: '{}' is no number; give numbers from 1, or auto", text));
    }
  }
  std::ranges::sort(counts);
  const auto repeated = std::ranges::unique(counts);
  counts.erase(repeated.begin(), repeated.end());
  return counts;
}

Names checked_interfaces(const Names& asked) {
  Names names = chosen(asked, kInterfaces);
  for (const std::string& name : names) {
    if (std::ranges::find(kInterfaces, name) == kInterfaces.end()) {
      throw UserError(
          fmt::format("unknown interface '{}'; known: {}", name, fmt::join(kInterfaces, ", ")));
    }
  }
  return names;
}

// Whether lock, workload, interface and load go together at all.
bool is_possible(const Cell& cell) {
  const Entrant& entrant = find_entrant(cell.lock);
  if (entrant.door(cell.interface, find_workload(cell.workload)) == nullptr) return false;
  // Floors exclude nobody: only where no two threads share one.
  return entrant.contestant.kind != kKindFloor || cell.threads == 1 || cell.load == "none";
}

// Whether the default sweep has it; dimensions that the user named are not judged.
bool is_in_default_sweep(const Cell& cell, const SweepOptions& options, int processors) {
  const bool plain = cell.workload == "shared_line" && cell.interface == "direct";
  const Workload& workload = find_workload(cell.workload);
  // A driver's queue is an example of use, which one cell of each lock shows.
  if (options.workloads.empty() && options.threads.empty() && workload.has_queue &&
      cell.threads != processors) {
    return false;
  }
  if (options.loads.empty()) {
    // One thread never waits; levels are swept where they say most.
    if ((cell.threads == 1 || !plain) && cell.load != "saturated") return false;
  }
  return !options.interfaces.empty() || cell.interface == workload.first_interface ||
         cell.workload == "shared_line";
}

class Filter {
 public:
  explicit Filter(const std::string& text) {
    negated_ = text.starts_with('-');
    try {
      pattern_ = std::regex(negated_ ? text.substr(1) : text, std::regex::extended);
    } catch (const std::regex_error& error) {
      throw UserError(fmt::format("--benchmark_filter: '{}' is no regular expression", text));
    }
    all_ = text.empty() || text == "all";
  }
  bool operator()(const std::string& name) const {
    return all_ || std::regex_search(name, pattern_) != negated_;
  }

 private:
  std::regex pattern_;
  bool negated_ = false;
  bool all_ = false;
};

Names default_lock_names() {
  Names names;
  for (const Entrant& entrant : entrants()) names.push_back(entrant.contestant.name);
  return names;
}

}  // namespace

std::vector<int> automatic_thread_counts(int processors) {
  std::vector<int> counts;
  for (int count = 1; count < processors; count *= 2) counts.push_back(count);
  counts.push_back(processors);
  return counts;
}

std::vector<PlannedCell> plan_sweep(const Topology& topology, const SweepOptions& options) {
  const Names locks = chosen(options.locks, default_lock_names());
  for (const std::string& lock : locks) find_entrant(lock);
  const Names workloads = chosen(options.workloads, kWorkloads);
  for (const std::string& workload : workloads) find_workload(workload);
  const Names loads = chosen(options.loads, kLoads);
  for (const std::string& load : loads) check_load(load);
  const Names interfaces = checked_interfaces(options.interfaces);
  const Names placements = chosen(options.placements, Names{"compact", "scatter"});
  const auto oversubscribe = options.oversubscribe ? Oversubscribe::kYes : Oversubscribe::kNo;
  const Filter filter(options.filter);

  const auto processors = static_cast<int>(topology.processors().size());
  std::vector<PlannedCell> cells;
  for (const int threads : thread_counts(options.threads, processors)) {
    // Cells that use the same processors run once, under the first of their placements' names.
    for (const PlacementGroup& group :
         group_placements(topology, threads, placements, oversubscribe)) {
      for (const std::string& workload : workloads)
        for (const std::string& load : loads)
          for (const std::string& interface : interfaces)
            for (const std::string& lock : locks) {
              const Cell cell{workload, lock, threads, load, group.names.front(), interface};
              if (is_possible(cell) && is_in_default_sweep(cell, options, processors) &&
                  filter(cell.to_run_name())) {
                cells.push_back({cell, group.processors});
              }
            }
    }
  }
  if (cells.empty()) {
    throw UserError(
        "these options leave no cell: peers and floors have the interface 'direct' "
        "only, floors run with 1 thread or load 'none', isr_dpc has locks through ke, ndis, "
        "instack "
        "only");
  }
  return cells;
}

}  // namespace spinlab
