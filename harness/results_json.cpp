#include "harness/results_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "harness/input_file.hpp"
#include "harness/json_input.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

constexpr int kMost = std::numeric_limits<int>::max();

// The numbers of a row that are not counters. Blocks of several files are counted on.
struct Count {
  std::string_view name;
  std::int64_t highest;
};
constexpr std::array<Count, 7> kCounts{{{"family_index", kMost},
                                        {"per_family_instance_index", kMost},
                                        {"repetitions", kMost},
                                        {"repetition_index", kMost},
                                        {"threads", kMost},
                                        {"iterations", 1'000'000'000'000},
                                        {"block", 1'000'000}}};
constexpr std::array<std::string_view, 2> kTimes{"real_time", "cpu_time"};

// The counters that advice and comparisons rest on. A wrong one must not count as a missing one:
// a row without hand-overs is never capture. A rate of 0 is possible: in most slices of a window
// that was disturbed throughout nobody acquires.
constexpr std::array<std::string_view, 3> kCountersOfAdvice{
    counters::kAcquisitionsPerSecond, counters::kHandoversPerAcquisition, counters::kAcquireP99Ns};

// What is in a row beside numbers.
constexpr std::array<std::string_view, 8> kTexts{"name",           "run_name",      "run_type",
                                                 "time_unit",      "label",         "error_message",
                                                 "aggregate_name", "aggregate_unit"};

template <class Names>
bool is_among(std::string_view name, const Names& names) {
  return std::ranges::find(names, name) != names.end();
}

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

// 0 where it is missing.
int count_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? 0 : number_in(*found, key, 0, kMost);
}

bool flag_of(const Json& object, const char* key, bool missing) {
  const auto found = object.find(key);
  return found == object.end() ? missing : truth_in(*found, key);
}

// Google Benchmark's NaN has become null, and counts as left out where nothing rests on it.
void require_sound_number(const std::string& key, const Json& value, bool in_failed_row) {
  const bool of_advice = is_among(key, kCountersOfAdvice);
  if (value.is_null() && !(of_advice && !in_failed_row)) return;
  const auto count = std::ranges::find(kCounts, key, &Count::name);
  if (count != kCounts.end()) {
    number_in(value, key, std::int64_t{0}, count->highest);
  } else {
    const bool from_0 = of_advice || is_among(key, kTimes);
    number_in(value, key, from_0 ? 0.0 : -kLargestNumber, kLargestNumber);
  }
}

void require_sound_members(const Json& row) {
  const bool failed = is_failed(row);
  for (const auto& [key, value] : row.items()) {
    if (key == "error_occurred") continue;
    if (!is_among(key, kTexts)) {
      require_sound_number(key, value, failed);
    } else if (!value.is_string()) {
      throw UserError(fmt::format("{}: {} is no text", key, shown_value(value)));
    }
  }
}

Contestant parse_contestant(const Json& json) {
  return {.name = text_of(json, "name"),
          .title = text_of(json, "title"),
          .family = text_of(json, "family"),
          .source = text_of(json, "source"),
          .year = count_of(json, "year"),
          .fairness = text_of(json, "fairness"),
          .node = text_of(json, "node"),
          .words = count_of(json, "words"),
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
    require_modest_json(text);
    json = Json::parse(text);
  } catch (const UserError& error) {
    throw UserError(fmt::format("'{}': {}", path, error.what()));
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
  return value.is_number() && std::isfinite(value.get<double>()) && !is_among(key, kTimes) &&
         std::ranges::find(kCounts, key, &Count::name) == kCounts.end();
}

Cell cell_of(const std::string& run_name, std::size_t index, const std::string& path) try {
  return parse_run_name(run_name);
} catch (const UserError& error) {
  throw UserError(fmt::format("'{}', row {}: {}", path, index + 1, error.what()));
}

void require_sound_row(const Json& row, std::size_t index, const std::string& path) try {
  if (!row.is_object()) throw UserError("not an object, as rows must be");
  // Nobody reads aggregates: they follow from the windows.
  if (!is_aggregate(row)) require_sound_members(row);
} catch (const UserError& error) {
  throw UserError(fmt::format("'{}', row {}: {}", path, index + 1, error.what()));
}

Row parse_row(const Json& json, Cell cell) {
  Row row{.cell = std::move(cell),
          .block = count_of(json, "block"),
          .repetition = count_of(json, "repetition_index"),
          .failed = is_failed(json),
          .error = text_of(json, "error_message"),
          .counters = {}};
  for (const auto& [key, value] : json.items()) {
    if (is_counter(key, value)) row.counters[key] = value.get<double>();
  }
  return row;
}

bool is_unpinned(const Row& row) { return row.counter(counters::kPinned) == 0.0; }

namespace {

Results read_context(const Json& context) {
  Results results{.format = text_of(context, "format"),
                  .machine = text_of(context, "machine"),
                  .topology_name = text_of(context, "topology_name"),
                  .processor = text_of(context, "processor"),
                  .fingerprint = text_of(context, "fingerprint"),
                  .topology = text_of(context, "topology"),
                  .fit_for_measuring = flag_of(context, "fit_for_measuring", true),
                  .contestants = {},
                  .rows = {}};
  if (const auto list = context.find("contestants"); list != context.end()) {
    for (const Json& contestant : *list) {
      if (contestant.is_object()) results.contestants.push_back(parse_contestant(contestant));
    }
  }
  return results;
}

}  // namespace

Results read_results(const std::string& path) {
  const Json json = parse_results_file(path);
  require_format(text_of(json["context"], "format"), path);
  Results results;
  try {
    results = read_context(json["context"]);
  } catch (const UserError& error) {
    throw UserError(fmt::format("'{}', context: {}", path, error.what()));
  }
  const Json& benchmarks = json["benchmarks"];
  for (std::size_t index = 0; index < benchmarks.size(); ++index) {
    require_sound_row(benchmarks[index], index, path);
    if (is_aggregate(benchmarks[index])) continue;
    Cell cell = cell_of(text_of(benchmarks[index], "run_name"), index, path);
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
