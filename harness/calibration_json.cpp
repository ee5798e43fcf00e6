// The JSON of a calibration: the one place that names its keys.
#include <limits>
#include <nlohmann/json.hpp>

#include "harness/calibration.hpp"
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

// The library writes what is not a number as null, but does not read it back.
double read_number(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

Matrix read_matrix(const json& rows, std::size_t processors) {
  Matrix matrix;
  for (const json& row : rows) {
    std::vector<double>& numbers = matrix.emplace_back();
    for (const json& value : row) numbers.push_back(read_number(value));
    if (numbers.size() != processors) throw UserError("a row of its ping_pong has another length");
  }
  if (matrix.size() != processors) throw UserError("its ping_pong lacks rows, or has too many");
  return matrix;
}

PingPong read_ping_pong(const json& object) {
  PingPong result;
  result.processors = object.at("processors").get<std::vector<int>>();
  result.one_line_ns = read_matrix(object.at("one_line_ns"), result.processors.size());
  result.two_lines_ns = read_matrix(object.at("two_lines_ns"), result.processors.size());
  result.trials = object.value("trials", 0);
  result.trials_rejected = object.value("trials_rejected", 0);
  result.pinned = object.value("pinned", true);
  return result;
}

Calibration read(const json& object) {
  if (object.at("format") != kFormat) throw UserError("its format is another");
  Calibration calibration;
  for (const Key& key : kNumbers) calibration.*key.value = read_number(object.at(key.name));
  calibration.counter_constant = object.at("counter_constant").get<bool>();
  calibration.counter_monotone = object.value("counter_monotone", false);
  calibration.ping_pong = read_ping_pong(object.at("ping_pong"));
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
    return read(json::parse(text));
  } catch (const json::exception& error) {
    throw refuse(error.what());
  } catch (const UserError& error) {
    throw refuse(error.what());
  }
}

}  // namespace spinlab
