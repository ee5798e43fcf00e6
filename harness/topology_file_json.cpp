// The JSON of a topology file: the one place that names its keys.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/json_input.hpp"
#include "harness/topology_file.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view kFormat = "spinlab-topology-1";
constexpr std::size_t kMostBytes = 1 << 20;
constexpr int kDeepest = 8;
constexpr std::size_t kLongestText = 8192;

constexpr std::array kDistances{Distance::kSmt, Distance::kL3, Distance::kNode, Distance::kPackage,
                                Distance::kRemote};
constexpr std::array kProtocols{simulated::Protocol::kMesi, simulated::Protocol::kMesif,
                                simulated::Protocol::kMoesi};

// What is wrong with a value, where: "costs.rmw: ...".
UserError wrong(std::string_view where, std::string_view what) {
  return UserError(fmt::format("{}: {}", where, what));
}

std::string inside(std::string_view where, std::string_view key) {
  return where.empty() ? std::string(key) : fmt::format("{}.{}", where, key);
}

// A user's word in a message: short, and on one line.
std::string shown(std::string_view word) {
  constexpr std::size_t kShown = 40;
  std::string text(word.substr(0, kShown));
  std::ranges::replace_if(
      text, [](char letter) { return static_cast<unsigned char>(letter) < ' ' || letter == 0x7f; },
      '?');
  return text;
}

// The parser itself takes the last of equal keys, and any depth.
class Strictness {
 public:
  bool operator()(int depth, json::parse_event_t event, const json& parsed) {
    if (depth > kDeepest) throw UserError(fmt::format("it is nested deeper than {}", kDeepest));
    if (event == json::parse_event_t::object_start) {
      keys_.emplace_back();
    } else if (event == json::parse_event_t::object_end) {
      keys_.pop_back();
    } else if (event == json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!keys_.back().insert(key).second) {
        throw UserError(fmt::format("the key '{}' is there twice; keep one", shown(key)));
      }
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> keys_;  // Of each object that is open.
};

json parse(std::string_view text) {
  if (text.size() > kMostBytes) throw UserError("it is larger than 1 MiB");
  Strictness strictness;
  try {
    return json::parse(text, std::ref(strictness));
  } catch (const json::parse_error& error) {
    throw UserError(fmt::format("not JSON in UTF-8, at byte {}", error.byte));
  } catch (const json::out_of_range&) {
    throw UserError("a number in it is too large");
  }
}

void require_object(const json& value, std::string_view where) {
  if (!value.is_object()) throw wrong(where, "an object is wanted here");
}

void require_only(const json& object, std::string_view where,
                  std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(known, std::string_view(key)) != known.end()) continue;
    throw UserError(fmt::format("unknown key '{}'; {} has {}", shown(inside(where, key)),
                                where.empty() ? "the file" : where, fmt::join(known, ", ")));
  }
}

const json& at(const json& object, std::string_view key, std::string_view where) {
  const auto found = object.find(key);
  if (found == object.end()) throw wrong(inside(where, key), "missing");
  return *found;
}

std::string text_at(const json& object, std::string_view key, std::string_view where) {
  const json& value = at(object, key, where);
  const std::string* text = value.get_ptr<const json::string_t*>();
  const auto is_control = [](char letter) { return static_cast<unsigned char>(letter) < ' '; };
  if (text == nullptr || text->empty() || text->size() > kLongestText ||
      std::ranges::any_of(*text, is_control)) {
    throw wrong(inside(where, key), "a text of one line is wanted here");
  }
  return *text;
}

std::string optional_text(const json& object, std::string_view key, std::string_view where) {
  return object.contains(key) ? text_at(object, key, where) : std::string();
}

double number_at(const json& object, std::string_view key, std::string_view where) {
  return number_in(at(object, key, where), inside(where, key), -kLargestNumber, kLargestNumber);
}

Cost read_cost(const json& value, std::string_view where, bool may_be_far = false) {
  require_object(value, where);
  if (may_be_far) {
    require_only(value, where, {"ns_median", "ns_p5", "ns_p95", "source", "far_home"});
  } else {
    require_only(value, where, {"ns_median", "ns_p5", "ns_p95", "source"});
  }
  return {.median = number_at(value, "ns_median", where),
          .p5 = number_at(value, "ns_p5", where),
          .p95 = number_at(value, "ns_p95", where),
          .source = optional_text(value, "source", where)};
}

TransferCost read_transfer(const json& value, const std::string& where) {
  TransferCost transfer{.near_home = read_cost(value, where, /*may_be_far=*/true), .far_home = {}};
  if (!value.contains("far_home")) return transfer;
  transfer.far_home = read_cost(value["far_home"], where + ".far_home");
  if (!(transfer.far_home.median > 0)) {
    throw wrong(where + ".far_home",
                "ns_median is not above 0; without a cost of its own leave "
                "far_home out");
  }
  return transfer;
}

std::map<Distance, TransferCost> read_transfers(const json& object) {
  require_object(object, "transfers");
  require_only(object, "transfers", {"smt", "l3", "node", "package", "remote"});
  std::map<Distance, TransferCost> transfers;
  for (const Distance distance : kDistances) {
    const std::string name(transfer_name(distance));
    if (object.contains(name)) {
      transfers[distance] = read_transfer(object[name], "transfers." + name);
    }
  }
  return transfers;
}

std::vector<std::vector<Cost>> read_matrix(const json& rows) {
  if (!rows.is_array()) throw wrong("between_packages", "an array of rows is wanted here");
  std::vector<std::vector<Cost>> matrix;
  for (const json& row : rows) {
    if (!row.is_array()) throw wrong("between_packages", "each row is an array");
    std::vector<Cost>& costs = matrix.emplace_back();
    for (const json& value : row) {
      const std::string where =
          fmt::format("between_packages.{}.{}", matrix.size() - 1, costs.size());
      const bool diagonal = costs.size() == matrix.size() - 1;
      if (diagonal && !value.is_null()) throw wrong(where, "the diagonal is null");
      costs.push_back(diagonal ? Cost{} : read_cost(value, where));
    }
  }
  return matrix;
}

simulated::Protocol read_protocol(const json& value) {
  for (const simulated::Protocol protocol : kProtocols) {
    if (value == protocol_name(protocol)) return protocol;
  }
  throw wrong("parameters.protocol", "its value is none of mesi, mesif, moesi");
}

int percentage(const json& value, std::string_view where) {
  return number_in(value, where, 0, 100);
}

class Parameters {
 public:
  Parameters(const json& object, TopologyFile& file) : object_(object), file_(file) {
    require_object(object, "parameters");
    require_only(object, "parameters",
                 {"frequency_ghz", "protocol", "transfers_contain_rmw", "migratory", "write_first",
                  "hold_percent", "jitter_percent", "quantum_us", "switch_us", "wake_us"});
  }

  void read() {
    file_.frequency_ghz = number("frequency_ghz");
    file_.protocol = read_protocol(value("protocol"));
    if (object_.contains("transfers_contain_rmw")) {
      file_.transfers_contain_rmw =
          truth_in(value("transfers_contain_rmw"), "parameters.transfers_contain_rmw");
    }
    file_.migratory = truth_in(value("migratory"), "parameters.migratory");
    file_.write_first = truth_in(value("write_first"), "parameters.write_first");
    file_.hold_percent = percentage(value("hold_percent"), "parameters.hold_percent");
    file_.jitter_percent = percentage(value("jitter_percent"), "parameters.jitter_percent");
    file_.quantum_us = number("quantum_us");
    file_.switch_us = number("switch_us");
    file_.wake_us = number("wake_us");
  }

 private:
  const json& value(std::string_view name) {
    const std::string where = inside("parameters", name);
    const json& parameter = at(object_, name, "parameters");
    require_object(parameter, where);
    require_only(parameter, where, {"value", "source"});
    if (parameter.contains("source")) {
      file_.parameter_sources[std::string(name)] = text_at(parameter, "source", where);
    }
    return at(parameter, "value", where);
  }

  double number(std::string_view name) {
    return number_in(value(name), inside("parameters", name), -kLargestNumber, kLargestNumber);
  }

  const json& object_;
  TopologyFile& file_;
};

void require_format(const json& object) {
  require_object(object, "the file");
  const json& format = at(object, "format", "");
  if (format == kFormat) return;
  const std::string* name = format.get_ptr<const json::string_t*>();
  throw wrong("format", fmt::format("it is '{}', and '{}' is read here",
                                    name == nullptr ? "no text" : shown(*name), kFormat));
}

void read_costs(const json& object, TopologyFile& file) {
  require_object(object, "costs");
  require_only(object, "costs",
               {"load_hit", "store_hit", "rmw", "operation", "pause", "memory", "read_occupancy",
                "invalidate"});
  for (const NamedCost& named : named_costs()) {
    file.*named.cost = read_cost(at(object, named.name, "costs"), inside("costs", named.name));
  }
}

TopologyFile read(const json& object, const std::string& path) {
  require_format(object);
  require_only(object, "",
               {"format", "name", "processor", "source", "synthetic", "xml", "transfers",
                "between_packages", "costs", "parameters"});
  TopologyFile file;
  file.folder = std::filesystem::path(path).parent_path().string();
  file.name = text_at(object, "name", "");
  file.processor = text_at(object, "processor", "");
  file.source = text_at(object, "source", "");
  file.synthetic = optional_text(object, "synthetic", "");
  file.xml = optional_text(object, "xml", "");
  file.transfers = read_transfers(at(object, "transfers", ""));
  if (object.contains("between_packages")) {
    file.between_packages = read_matrix(object["between_packages"]);
  }
  read_costs(at(object, "costs", ""), file);
  Parameters(at(object, "parameters", ""), file).read();
  return file;
}

ordered_json json_of(const Cost& cost) {
  ordered_json object{{"ns_median", cost.median}, {"ns_p5", cost.p5}, {"ns_p95", cost.p95}};
  if (!cost.source.empty()) object["source"] = cost.source;
  return object;
}

ordered_json json_of(const std::map<Distance, TransferCost>& transfers) {
  ordered_json object = ordered_json::object();
  for (const auto& [distance, transfer] : transfers) {
    ordered_json& entry = object[std::string(transfer_name(distance))];
    entry = json_of(transfer.near_home);
    if (transfer.far_home.median > 0) entry["far_home"] = json_of(transfer.far_home);
  }
  return object;
}

ordered_json json_of(const std::vector<std::vector<Cost>>& matrix) {
  ordered_json rows = ordered_json::array();
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    ordered_json row = ordered_json::array();
    for (std::size_t j = 0; j < matrix[i].size(); ++j) {
      row.push_back(i == j ? ordered_json() : json_of(matrix[i][j]));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

ordered_json costs_of(const TopologyFile& file) {
  ordered_json object;
  for (const NamedCost& named : named_costs()) {
    object[std::string(named.name)] = json_of(file.*named.cost);
  }
  return object;
}

ordered_json parameters_of(const TopologyFile& file) {
  ordered_json object;
  const auto add = [&](const char* name, const auto& value) {
    object[name]["value"] = value;
    const auto source = file.parameter_sources.find(name);
    if (source != file.parameter_sources.end()) object[name]["source"] = source->second;
  };
  add("frequency_ghz", file.frequency_ghz);
  add("protocol", protocol_name(file.protocol));
  add("transfers_contain_rmw", file.transfers_contain_rmw);
  add("migratory", file.migratory);
  add("write_first", file.write_first);
  add("hold_percent", file.hold_percent);
  add("jitter_percent", file.jitter_percent);
  add("quantum_us", file.quantum_us);
  add("switch_us", file.switch_us);
  add("wake_us", file.wake_us);
  return object;
}

// A line for each cost: the outer two levels over several lines, what is in them on one.
std::string laid_out(const ordered_json& value, std::size_t depth) {
  constexpr std::size_t kLevelsOfLines = 2;
  if (!value.is_structured()) return value.dump();
  const bool lines = depth < kLevelsOfLines;
  const std::string before = lines ? "\n" + std::string(2 * (depth + 1), ' ') : "";
  const std::string after = lines ? "\n" + std::string(2 * depth, ' ') : "";
  std::vector<std::string> items;
  for (const auto& [key, item] : value.items()) {
    const std::string label = value.is_object() ? ordered_json(key).dump() + ": " : "";
    items.push_back(before + label + laid_out(item, depth + 1));
  }
  const std::string all = fmt::format("{}", fmt::join(items, lines ? "," : ", "));
  return value.is_object() ? "{" + all + after + "}" : "[" + all + after + "]";
}

}  // namespace

TopologyFile topology_from_json_text(std::string_view text, const std::string& path) {
  try {
    TopologyFile file = read(parse(text), path);
    check_topology_file(file);
    return file;
  } catch (const UserError& error) {
    throw UserError(fmt::format("'{}' is no topology file: {}", path, error.what()));
  }
}

std::string to_json_text(const TopologyFile& file) {
  ordered_json object{{"format", kFormat},
                      {"name", file.name},
                      {"processor", file.processor},
                      {"source", file.source}};
  if (!file.synthetic.empty()) object["synthetic"] = file.synthetic;
  if (!file.xml.empty()) object["xml"] = file.xml;
  object["transfers"] = json_of(file.transfers);
  if (!file.between_packages.empty()) object["between_packages"] = json_of(file.between_packages);
  object["costs"] = costs_of(file);
  object["parameters"] = parameters_of(file);
  return laid_out(object, 0) + "\n";
}

}  // namespace spinlab
