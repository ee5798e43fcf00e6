#include "harness/topology_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>

#include "harness/input_file.hpp"
#include "harness/topology_texts.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

constexpr std::string_view kSynthetic = "synthetic ";

TopologyFile parse_shipped(const TopologyText& shipped) {
  return topology_from_json_text(shipped.text, fmt::format("topologies/{}", shipped.name));
}

// The texts' names are those of files.
std::string_view stem_of(const TopologyText& shipped) {
  return shipped.name.substr(0, shipped.name.rfind('.'));
}

TopologyFile shipped_topology(std::string_view name) {
  std::vector<std::string_view> known;
  for (const TopologyText& shipped : topology_texts()) {
    if (stem_of(shipped) == name) return parse_shipped(shipped);
    known.push_back(stem_of(shipped));
  }
  throw UserError(fmt::format(
      "there is no topology '{}'; known: {}; or give FILE.json, or 'synthetic \"package:2 core:4 "
      "pu:1\"'",
      name, fmt::join(known, ", ")));
}

std::string_view without_quotes(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return text;
  return text.substr(1, text.size() - 2);
}

// A line's way of a kind that the costs' machine lacks is as long as the next shorter kind that it
// has, or else the next longer.
void fill_transfers(std::map<Distance, TransferCost>& transfers) {
  constexpr std::array kAscending{Distance::kSmt, Distance::kL3, Distance::kNode,
                                  Distance::kPackage, Distance::kRemote};
  for (const Distance distance : kAscending) {
    if (transfers.contains(distance)) continue;
    auto known = transfers.lower_bound(distance);
    if (known != transfers.begin()) --known;
    transfers[distance] = known->second;
  }
}

TopologyFile synthetic_topology(std::string_view description) {
  TopologyFile file = shipped_topology(kCostsOfSynthetic);
  file.name = "synthetic";
  file.processor = fmt::format("{} with the costs of {}", description, kCostsOfSynthetic);
  file.synthetic = description;
  fill_transfers(file.transfers);
  check_topology_file(file);
  return file;
}

}  // namespace

Topology TopologyFile::topology() const {
  if (xml.empty()) return Topology::from_synthetic(synthetic);
  return Topology::from_xml((std::filesystem::path(folder) / xml).string());
}

std::span<const NamedCost> named_costs() {
  static constexpr std::array<NamedCost, 8> kCosts{{
      {"load_hit", &TopologyFile::load_hit},
      {"store_hit", &TopologyFile::store_hit},
      {"rmw", &TopologyFile::rmw},
      {"operation", &TopologyFile::operation},
      {"pause", &TopologyFile::pause},
      {"memory", &TopologyFile::memory},
      {"read_occupancy", &TopologyFile::read_occupancy},
      {"invalidate", &TopologyFile::invalidate},
  }};
  return kCosts;
}

std::string_view transfer_name(Distance distance) {
  constexpr std::array<std::string_view, 6> kNames{"self", "smt",     "l3",
                                                   "node", "package", "remote"};
  return kNames.at(static_cast<std::size_t>(distance));
}

std::string_view protocol_name(simulated::Protocol protocol) {
  constexpr std::array<std::string_view, 3> kNames{"mesi", "mesif", "moesi"};
  return kNames.at(static_cast<std::size_t>(protocol));
}

std::span<const TopologyFile> shipped_topologies() {
  static const std::vector<TopologyFile> all = [] {
    std::vector<TopologyFile> files;
    for (const TopologyText& shipped : topology_texts()) files.push_back(parse_shipped(shipped));
    std::ranges::sort(files, {}, &TopologyFile::name);
    return files;
  }();
  return all;
}

TopologyFile find_topology(const std::string& name_or_path) {
  const std::string_view name = name_or_path;
  if (name.starts_with(kSynthetic)) {
    return synthetic_topology(without_quotes(name.substr(kSynthetic.size())));
  }
  if (name.find('/') == name.npos && !name.ends_with(".json")) return shipped_topology(name);
  return topology_from_json_text(
      read_input_file(name_or_path,
                      "`spinlab topology --list` has the names of topologies that need no file"),
      name_or_path);
}

}  // namespace spinlab
