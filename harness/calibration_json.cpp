// The JSON of a calibration: the one place that names its keys.
#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "harness/calibration.hpp"
#include "harness/json_input.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

using nlohmann::json;
using Matrix = std::vector<std::vector<double>>;

constexpr const char* kFormat = "spinlab-calibration-1";

struct Key {
  const char* name;
  double Calibration::* value;
};
constexpr Key kNumbers[] = {
    {"empty_loop_ns", &Calibration::empty_loop_ns},
    {"locked_rmw_ns", &Calibration::locked_rmw_ns},
    {"rmw_store_ns", &Calibration::rmw_store_ns},
    {"pause_ns", &Calibration::pause_ns},
    {"timer_ns", &Calibration::timer_ns},
    {"monotonic_clock_ns", &Calibration::monotonic_clock_ns},
    {"ns_per_tick", &Calibration::ns_per_tick},
    {"delay_ns_per_iteration", &Calibration::delay_ns_per_iteration},
};

constexpr double kLongestNs = 1e9;
constexpr int kMost = std::numeric_limits<int>::max();

const json& at(const json& object, const std::string& key) {
  const auto found = object.find(key);
  if (found == object.end()) throw UserError(fmt::format("{}: missing", key));
  return *found;
}

// The library writes what is not a number as null, but does not read it back.
double read_ns(const json& value, std::string_view where) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN()
                         : number_in(value, where, 0.0, kLongestNs);
}

void require_array(const json& value, std::string_view where, std::size_t size) {
  if (value.is_array() && value.size() == size) return;
  throw UserError(fmt::format("{}: not an array of {}, as there are processors", where, size));
}

Matrix read_matrix(const json& rows, const std::string& where, std::size_t processors) {
  Matrix matrix;
  require_array(rows, where, processors);
  for (const json& row : rows) {
    std::vector<double>& numbers = matrix.emplace_back();
    const std::string in_row = fmt::format("{}.{}", where, matrix.size() - 1);
    require_array(row, in_row, processors);
    for (const json& value : row) {
      numbers.push_back(read_ns(value, fmt::format("{}.{}", in_row, numbers.size())));
    }
  }
  return matrix;
}

std::vector<int> read_processors(const json& list) {
  if (!list.is_array()) throw UserError("ping_pong.processors: not an array");
  std::vector<int> processors;
  for (const json& value : list) {
    processors.push_back(
        number_in(value, fmt::format("ping_pong.processors.{}", processors.size()), 0, kMost));
  }
  return processors;
}

int optional_count(const json& object, const char* key) {
  return object.contains(key) ? number_in(object[key], fmt::format("ping_pong.{}", key), 0, kMost)
                              : 0;
}

PingPong read_ping_pong(const json& object) {
  if (!object.is_object()) throw UserError("ping_pong: not an object");
  PingPong result;
  result.processors = read_processors(at(object, "processors"));
  const std::size_t size = result.processors.size();
  result.one_line_ns = read_matrix(at(object, "one_line_ns"), "ping_pong.one_line_ns", size);
  result.two_lines_ns = read_matrix(at(object, "two_lines_ns"), "ping_pong.two_lines_ns", size);
  result.trials = optional_count(object, "trials");
  result.trials_rejected = optional_count(object, "trials_rejected");
  if (object.contains("pinned")) result.pinned = truth_in(object["pinned"], "ping_pong.pinned");
  return result;
}

Calibration read(const json& object) {
  if (!object.is_object()) throw UserError("not an object");
  if (at(object, "format") != kFormat) throw UserError("its format is another");
  Calibration calibration;
  for (const Key& key : kNumbers) {
    calibration.*key.value = read_ns(at(object, key.name), key.name);
  }
  calibration.counter_constant = truth_in(at(object, "counter_constant"), "counter_constant");
  if (object.contains("counter_monotone")) {
    calibration.counter_monotone = truth_in(object["counter_monotone"], "counter_monotone");
  }
  calibration.ping_pong = read_ping_pong(at(object, "ping_pong"));
  return calibration;
}

}  // namespace

std::string to_json_text(const Calibration& calibration) {
  nlohmann::ordered_json object;
  object["format"] = kFormat;
  for (const Key& key : kNumbers) object[key.name] = calibration.*key.value;
  object["counter_constant"] = calibration.counter_constant;
  object["counter_monotone"] = calibration.counter_monotone;
  const PingPong& ping_pong = calibration.ping_pong;
  object["ping_pong"] = {
      {"processors", ping_pong.processors},           {"one_line_ns", ping_pong.one_line_ns},
      {"two_lines_ns", ping_pong.two_lines_ns},       {"trials", ping_pong.trials},
      {"trials_rejected", ping_pong.trials_rejected}, {"pinned", ping_pong.pinned}};
  return object.dump(2) + "\n";
}

Calibration calibration_from_json_text(std::string_view text) {
  const auto refuse = [](const std::string& reason) -> UserError {
    return UserError("this is no calibration (" + reason +
                     "); 'spinlab calibrate --out FILE' writes one");
  };
  try {
    require_modest_json(text);
    return read(json::parse(text));
  } catch (const json::parse_error& error) {
    throw refuse(fmt::format("not JSON in UTF-8, at byte {}", error.byte));
  } catch (const json::out_of_range&) {
    throw refuse("a number in it is too large");
  } catch (const UserError& error) {
    throw refuse(error.what());
  }
}

}  // namespace spinlab
