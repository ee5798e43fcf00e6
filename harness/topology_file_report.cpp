#include "harness/topology_file_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/topology_report.hpp"

namespace spinlab {
namespace {

// "node 132.1/266.9": near and far home.
std::string short_transfers(const TopologyFile& file) {
  std::vector<std::string> entries;
  for (const auto& [distance, transfer] : file.transfers) {
    std::string entry =
        fmt::format("{} {:.1f}", transfer_name(distance), transfer.near_home.median);
    if (transfer.far_home.median > 0) entry += fmt::format("/{:.1f}", transfer.far_home.median);
    entries.push_back(std::move(entry));
  }
  if (!file.between_packages.empty()) entries.emplace_back("packages by a matrix");
  return fmt::format("{}", fmt::join(entries, ", "));
}

std::string cost_line(std::string_view name, const Cost& cost) {
  return fmt::format("{:<22}{:>8.2f}{:>9.2f}{:>9.2f}  {}\n", name, cost.median, cost.p5, cost.p95,
                     cost.source);
}

std::string costs_table(const TopologyFile& file) {
  std::string text = fmt::format("{:<22}{:>8}{:>9}{:>9}  {}\n", "transfer or cost, ns", "median",
                                 "5 %", "95 %", "source, if not the machine's");
  for (const auto& [distance, transfer] : file.transfers) {
    text += cost_line(transfer_name(distance), transfer.near_home);
    if (transfer.far_home.median > 0) {
      text += cost_line(fmt::format("{}, far home", transfer_name(distance)), transfer.far_home);
    }
  }
  for (std::size_t i = 0; i < file.between_packages.size(); ++i) {
    for (std::size_t j = i + 1; j < file.between_packages.size(); ++j) {
      text += cost_line(fmt::format("packages {} and {}", i, j), file.between_packages[i][j]);
    }
  }
  for (const NamedCost& named : named_costs()) text += cost_line(named.name, file.*named.cost);
  return text;
}

std::string parameters_table(const TopologyFile& file) {
  std::string text = fmt::format("{:<22}{:>8}  {}\n", "parameter", "value", "source");
  const auto add = [&](const char* name, const std::string& value) {
    const auto source = file.parameter_sources.find(name);
    text += fmt::format("{:<22}{:>8}  {}\n", name, value,
                        source == file.parameter_sources.end() ? "" : source->second);
  };
  const auto yes_or_no = [](bool value) { return std::string(value ? "yes" : "no"); };
  add("frequency_ghz", fmt::format("{}", file.frequency_ghz));
  add("protocol", std::string(protocol_name(file.protocol)));
  add("transfers_contain_rmw", yes_or_no(file.transfers_contain_rmw));
  add("migratory", yes_or_no(file.migratory));
  add("write_first", yes_or_no(file.write_first));
  add("hold_percent", fmt::format("{}", file.hold_percent));
  add("jitter_percent", fmt::format("{}", file.jitter_percent));
  add("quantum_us", fmt::format("{}", file.quantum_us));
  add("switch_us", fmt::format("{}", file.switch_us));
  add("wake_us", fmt::format("{}", file.wake_us));
  return text;
}

// Lines end without blanks, where a source is empty.
std::string without_trailing_blanks(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    if (letter == '\n') result.erase(result.find_last_not_of(' ') + 1);
    result += letter;
  }
  return result;
}

}  // namespace

std::string topologies_text(std::span<const TopologyFile> files) {
  constexpr auto kRow = "{:<20} {:<58} {:>8} {:>5} {:>5} {:>7}  {:<52} {}\n";
  std::string text = fmt::format(kRow, "name", "processor", "packages", "nodes", "cores", "threads",
                                 "transfers, ns (near/far home)", "source");
  for (const TopologyFile& file : files) {
    const Topology topology = file.topology();
    text += fmt::format(kRow, file.name, file.processor, topology.package_count(),
                        topology.node_count(), topology.core_count(), topology.processor_count(),
                        short_transfers(file), file.source.substr(0, file.source.find(':')));
  }
  return text;
}

std::string topology_file_text(const TopologyFile& file, const std::vector<int>& thread_counts,
                               Oversubscribe oversubscribe) {
  return without_trailing_blanks(
      fmt::format("{}: {}\nsource: {}\n{}\n{}\n{}", file.name, file.processor, file.source,
                  topology_text(file.topology(), thread_counts, oversubscribe), costs_table(file),
                  parameters_table(file)));
}

}  // namespace spinlab
