#include "harness/results_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#include "harness/input_file.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

// The numbers of a row that are not counters.
constexpr std::array<std::string_view, 9> kRowNumbers{"family_index", "per_family_instance_index",
                                                      "repetitions",  "repetition_index",
                                                      "threads",      "iterations",
                                                      "block",        "real_time",
                                                      "cpu_time"};

// Google Benchmark writes NaN and Infinity, which JSON does not have: they become null.
std::string without_non_finite(std::string_view text) {
  constexpr std::array<std::string_view, 4> kWords{"-Infinity", "Infinity", "-NaN", "NaN"};
  std::string result;
  result.reserve(text.size());
  bool in_string = false;
  while (!text.empty()) {
    const auto word =
        std::ranges::find_if(kWords, [&](auto candidate) { return text.starts_with(candidate); });
    std::size_t taken = 1;
    if (!in_string && word != kWords.end()) {
      result += "null";
      taken = word->size();
    } else {
      if (text.front() == '"') in_string = !in_string;
      if (text.front() == '\\') taken = std::min<std::size_t>(2, text.size());
      result += text.substr(0, taken);
    }
    text.remove_prefix(taken);
  }
  return result;
}

int int_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<int>() : 0;
}

bool flag_of(const Json& object, const char* key, bool missing) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() ? found->get<bool>() : missing;
}

// The counters that advice and comparisons rest on. A wrong one must not count as a missing one:
// a row without hand-overs is never capture. A rate of 0 is possible: in most slices of a window
// that was disturbed throughout nobody acquires.
void require_sound_counters(const Json& row, std::size_t index, const std::string& path) {
  if (is_failed(row)) return;
  for (const std::string_view name :
       {counters::kAcquisitionsPerSecond, counters::kHandoversPerAcquisition,
        counters::kAcquireP99Ns}) {
    const auto found = row.find(std::string(name));
    if (found == row.end()) continue;
    if (found->is_number() && std::isfinite(found->get<double>()) && found->get<double>() >= 0) {
      continue;
    }
    const std::string value = found->is_null()
                                  ? "not finite"
                                  : found->dump(-1, ' ', false, Json::error_handler_t::replace);
    throw UserError(fmt::format("'{}', row {}: {} is {:.40}; must be a number from 0 on", path,
                                index + 1, name, value));
  }
}

Contestant parse_contestant(const Json& json) {
  return {.name = text_of(json, "name"),
          .title = text_of(json, "title"),
          .family = text_of(json, "family"),
          .source = text_of(json, "source"),
          .year = int_of(json, "year"),
          .fairness = text_of(json, "fairness"),
          .node = text_of(json, "node"),
          .words = int_of(json, "words"),
          .kind = text_of(json, "kind")};
}

void require_format(const std::string& format, const std::string& path) {
  if (format == kResultsFormat) return;
  if (format.empty()) {
    throw UserError(
        fmt::format("'{}' does not say its format; spinlab's results say \"format\": "
                    "\"{}\" in their context",
                    path, kResultsFormat));
  }
  throw UserError(
      fmt::format("'{}' has format '{}'; this program reads '{}': measure again, or "
                  "use the program that wrote it",
                  path, format, kResultsFormat));
}

}  // namespace

Json parse_results_file(const std::string& path) {
  return parse_results_text(read_input_file(path, "give a file that `spinlab bench` wrote"), path);
}

Json parse_results_text(std::string_view with_non_finite, const std::string& path) {
  const std::string text = without_non_finite(with_non_finite);
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
    throw UserError(fmt::format("'{}' is empty; give a file that `spinlab bench` wrote", path));
  }
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    if (error.byte >= text.size()) {
      throw UserError(
          fmt::format("'{}' is cut short: its JSON has no end; run `spinlab bench` again", path));
    }
    throw UserError(
        fmt::format("'{}' is not JSON: unexpected text at byte {}; give a file that "
                    "`spinlab bench` wrote",
                    path, error.byte));
  } catch (const Json::out_of_range&) {
    throw UserError(fmt::format("'{}' has a number beyond 1e308; numbers must be finite", path));
  }
  if (!json.is_object() || !json.contains("context") || !json["context"].is_object() ||
      !json.contains("benchmarks") || !json["benchmarks"].is_array()) {
    throw UserError(
        fmt::format("'{}' is JSON, but not results: it needs an object `context` and "
                    "an array `benchmarks`",
                    path));
  }
  return json;
}

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool is_failed(const Json& row) { return flag_of(row, "error_occurred", false); }

bool is_aggregate(const Json& row) { return text_of(row, "run_type") == "aggregate"; }

bool is_counter(std::string_view key, const Json& value) {
  return value.is_number() && std::isfinite(value.get<double>()) &&
         std::ranges::find(kRowNumbers, key) == kRowNumbers.end();
}

Cell cell_of(const std::string& run_name, std::size_t index, const std::string& path) try {
  return parse_run_name(run_name);
} catch (const UserError& error) {
  throw UserError(fmt::format("'{}', row {}: {}", path, index + 1, error.what()));
}

void require_object(const Json& row, std::size_t index, const std::string& path) {
  if (row.is_object()) return;
  throw UserError(fmt::format("'{}', row {}: not an object, as rows must be", path, index + 1));
}

Row parse_row(const Json& json, Cell cell) {
  Row row{.cell = std::move(cell),
          .block = int_of(json, "block"),
          .repetition = int_of(json, "repetition_index"),
          .failed = is_failed(json),
          .error = text_of(json, "error_message"),
          .counters = {}};
  for (const auto& [key, value] : json.items()) {
    if (is_counter(key, value)) row.counters[key] = value.get<double>();
  }
  return row;
}

Results read_results(const std::string& path) {
  const Json json = parse_results_file(path);
  const Json& context = json["context"];
  Results results{.format = text_of(context, "format"),
                  .machine = text_of(context, "machine"),
                  .topology_name = text_of(context, "topology_name"),
                  .processor = text_of(context, "processor"),
                  .fingerprint = text_of(context, "fingerprint"),
                  .topology = text_of(context, "topology"),
                  .fit_for_measuring = flag_of(context, "fit_for_measuring", true),
                  .contestants = {},
                  .rows = {}};
  require_format(results.format, path);
  if (const auto list = context.find("contestants"); list != context.end()) {
    for (const Json& contestant : *list) {
      if (contestant.is_object()) results.contestants.push_back(parse_contestant(contestant));
    }
  }
  const Json& benchmarks = json["benchmarks"];
  for (std::size_t index = 0; index < benchmarks.size(); ++index) {
    require_object(benchmarks[index], index, path);
    if (is_aggregate(benchmarks[index])) continue;
    Cell cell = cell_of(text_of(benchmarks[index], "run_name"), index, path);
    require_sound_counters(benchmarks[index], index, path);
    results.rows.push_back(parse_row(benchmarks[index], std::move(cell)));
  }
  if (results.rows.empty()) {
    throw UserError(
        fmt::format("'{}' has no windows in `benchmarks`; run `spinlab bench` to its end", path));
  }
  return results;
}

std::string plan_of_results(const std::string& path) {
  try {
    const Json file = parse_results_file(path);
    const auto host = file["context"].find("host");
    return host != file["context"].end() && host->is_object() ? text_of(*host, "plan") : "";
  } catch (const UserError&) {
    return "";
  }
}

bool claims_to_be_results(const std::string& path) {
  try {
    return text_of(parse_results_file(path)["context"], "format").starts_with("spinlab-results-");
  } catch (const UserError&) {
    return false;
  }
}

}  // namespace spinlab
