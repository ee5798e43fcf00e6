// Joining the blocks of a run into one results file.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "harness/results_json.hpp"
#include "harness/statistics.hpp"

namespace spinlab {
namespace {

constexpr int kIndent = 1;

// Google Benchmark appends its own settings (`/iterations:1/manual_time`) to the names that it is
// given; the cell's name ends with its interface.
std::string cell_name_of(const Json& row) {
  std::string name = text_of(row, "run_name");
  const std::size_t interface = name.find("/interface:");
  if (interface == std::string::npos) return name;
  return name.substr(0, name.find('/', interface + 1));
}

// All rows of one cell, over all blocks.
struct RunGroup {
  std::string run_name;
  std::vector<Json> rows;
};

void add_block(const Json& file, const std::string& path, int block,
               std::vector<RunGroup>& groups) {
  const Json& benchmarks = file["benchmarks"];
  for (std::size_t index = 0; index < benchmarks.size(); ++index) {
    require_sound_row(benchmarks[index], index, path);
    if (is_aggregate(benchmarks[index])) continue;
    Json row = benchmarks[index];
    const std::string run_name = cell_name_of(row);
    row["name"] = run_name;
    row["run_name"] = run_name;
    row["threads"] = cell_of(run_name, index, path).threads;
    row["block"] = block;
    if (!row.contains("time_unit")) row["time_unit"] = "ns";
    for (auto field = row.begin(); field != row.end();) {
      field = field->is_null() ? row.erase(field) : std::next(field);
    }
    auto group = std::ranges::find(groups, run_name, &RunGroup::run_name);
    if (group == groups.end()) group = groups.insert(groups.end(), {run_name, {}});
    group->rows.push_back(std::move(row));
  }
}

// Every number that is aggregated: the two times, and the counters.
std::map<std::string, std::vector<double>> samples_of(const std::vector<Json>& rows) {
  std::map<std::string, std::vector<double>> samples;
  for (const Json& row : rows) {
    if (is_failed(row)) continue;
    for (const auto& [key, value] : row.items()) {
      const bool is_time = key == "real_time" || key == "cpu_time";
      if (is_counter(key, value) || (is_time && value.is_number())) {
        samples[key].push_back(value.get<double>());
      }
    }
  }
  return samples;
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Of the sample (n - 1), as Google Benchmark's; 0 for a single value.
double deviation(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const double center = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - center) * (value - center);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

// 0 where the mean is 0, which Google Benchmark writes as NaN and JSON cannot.
double variation(std::span<const double> values) {
  const double center = mean(values);
  return center == 0 ? 0 : deviation(values) / center;
}

struct Aggregate {
  const char* name;
  const char* unit;
  double (*compute)(std::span<const double>);
};
constexpr std::array<Aggregate, 4> kAggregates{{{"mean", "time", mean},
                                                {"median", "time", median},
                                                {"stddev", "time", deviation},
                                                {"cv", "percentage", variation}}};

void append_aggregates(const RunGroup& group, Json& benchmarks) {
  const auto good = std::ranges::find_if_not(group.rows, is_failed);
  if (good == group.rows.end()) return;
  const auto samples = samples_of(group.rows);
  for (const Aggregate& aggregate : kAggregates) {
    Json row{{"name", fmt::format("{}_{}", group.run_name, aggregate.name)},
             {"family_index", (*good)["family_index"]},
             {"per_family_instance_index", 0},
             {"run_name", group.run_name},
             {"run_type", "aggregate"},
             {"repetitions", group.rows.size()},
             {"threads", (*good)["threads"]},
             {"aggregate_name", aggregate.name},
             {"aggregate_unit", aggregate.unit},
             {"iterations", group.rows.size() - static_cast<std::size_t>(
                                                    std::ranges::count_if(group.rows, is_failed))},
             {"real_time", 0.0},
             {"cpu_time", 0.0},
             {"time_unit", (*good)["time_unit"]}};
    for (const auto& [key, values] : samples) row[key] = aggregate.compute(values);
    benchmarks.push_back(std::move(row));
  }
}

void append_group(RunGroup& group, std::size_t index, Json& benchmarks) {
  int repetition = 0;
  for (Json& row : group.rows) {
    row["family_index"] = index;
    row["per_family_instance_index"] = 0;
    row["repetitions"] = group.rows.size();
    row["repetition_index"] = repetition++;
    benchmarks.push_back(row);
  }
  append_aggregates(group, benchmarks);
}

std::size_t count_unpinned(const std::vector<RunGroup>& groups) {
  std::size_t count = 0;
  for (const RunGroup& group : groups) {
    for (const Json& row : group.rows) {
      count += is_unpinned(parse_row(row, parse_run_name(group.run_name))) ? 1 : 0;
    }
  }
  return count;
}

std::vector<Row> failed_rows(const std::vector<RunGroup>& groups) {
  std::vector<Row> failed;
  for (const RunGroup& group : groups) {
    for (const Json& row : group.rows) {
      if (is_failed(row)) failed.push_back(parse_row(row, parse_run_name(group.run_name)));
    }
  }
  return failed;
}

// What Google Benchmark says of the host explains the windows of a native run only.
Json joined_context(const Json& of_first_block, const Json& overlay) {
  Json context = of_first_block;
  if (overlay.value("machine", "") == "simulated") {
    context = overlay;
    Json host = of_first_block;
    host.update(overlay.value("host", Json::object()));
    context["host"] = std::move(host);
  } else {
    context.update(overlay);
  }
  return context;
}

}  // namespace

std::map<std::string, int> count_windows(const BlockText& block) {
  std::vector<RunGroup> groups;
  add_block(parse_results_text(block.json, block.path), block.path, 0, groups);
  std::map<std::string, int> counts;
  for (const RunGroup& group : groups) counts[group.run_name] = static_cast<int>(group.rows.size());
  return counts;
}

JoinedRun merge_blocks(const std::vector<BlockText>& blocks, std::string_view context_json,
                       std::string_view plan) {
  if (blocks.empty()) throw std::invalid_argument("merge_blocks: no blocks");
  Json overlay = Json::parse(context_json, nullptr, /*allow_exceptions=*/false);
  if (!overlay.is_object()) throw std::invalid_argument("merge_blocks: the context is no object");
  overlay["host"]["plan"] = plan;
  Json merged{{"context", Json::object()}, {"benchmarks", Json::array()}};
  std::vector<RunGroup> groups;
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    const Json file = parse_results_text(blocks[block].json, blocks[block].path);
    if (block == 0) merged["context"] = joined_context(file["context"], overlay);
    add_block(file, blocks[block].path, static_cast<int>(block), groups);
  }
  for (std::size_t index = 0; index < groups.size(); ++index) {
    append_group(groups[index], index, merged["benchmarks"]);
  }
  return {.json = merged.dump(kIndent, ' ', false, Json::error_handler_t::replace) + "\n",
          .failed = failed_rows(groups),
          .unpinned = count_unpinned(groups)};
}

}  // namespace spinlab
