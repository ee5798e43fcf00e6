// Joining the blocks of a run: the rows' order and numbers, and aggregates over all blocks.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/results.hpp"
#include "harness/user_error.hpp"
#include "tests/harness/user_error_of.hpp"
#include "tests/temporary_folder.hpp"

namespace spinlab {
namespace {

using nlohmann::json;
using testing::ElementsAre;

std::string run_name(std::string_view lock) {
  return fmt::format("empty/{}/threads:2/load:saturated/placement:cores/interface:direct", lock);
}

// A row as Google Benchmark writes it, its own additions to the name included.
std::string row(std::string_view lock, double real_time, std::string_view more = "") {
  return fmt::format(R"({{"name": "{0}/iterations:1/manual_time", "family_index": 7,
    "per_family_instance_index": 0, "run_name": "{0}/iterations:1/manual_time",
    "run_type": "iteration", "repetitions": 1, "repetition_index": 0, "threads": 1,
    "iterations": 1, "real_time": {1}, "cpu_time": 2.0, "time_unit": "ns"{2}}})",
                     run_name(lock), real_time, more);
}

std::string aggregate(std::string_view lock) {
  return fmt::format(R"({{"name": "{0}_mean", "run_name": "{0}", "run_type": "aggregate"}})",
                     run_name(lock));
}

class MergeBlocks : public testing::Test {
 protected:
  void add_block(std::string_view date, const std::vector<std::string>& rows) {
    blocks_.push_back(
        {.path = fmt::format("block-{}", blocks_.size()),
         .json = fmt::format(
             R"({{"context": {{"date": "{}", "executable": "spinlab"}}, "benchmarks": [{}]}})",
             date, fmt::join(rows, ","))});
  }

  json merge(std::string_view context = "{}") const {
    return json::parse(merge_blocks(blocks_, context, "0d4a1137").json);
  }

  static std::vector<json> rows_of(const json& merged, std::string_view run_type) {
    std::vector<json> rows;
    for (const json& entry : merged["benchmarks"]) {
      if (entry["run_type"] == run_type) rows.push_back(entry);
    }
    return rows;
  }

  static json find(const json& merged, std::string_view name) {
    for (const json& entry : merged["benchmarks"]) {
      if (entry["name"] == name) return entry;
    }
    ADD_FAILURE() << "no row " << name;
    return {};
  }

  TemporaryFolder folder_;
  std::vector<BlockText> blocks_;
};

TEST_F(MergeBlocks, GroupsRowsByCellInTheOrderOfTheirFirstAppearance) {
  add_block("monday", {row("mcs", 1), row("tas", 2), row("mcs", 3), aggregate("mcs")});
  add_block("tuesday", {row("clh", 9), row("tas", 4), row("mcs", 5)});
  const json merged = merge();
  std::vector<std::string> seen;
  for (const json& entry : rows_of(merged, "iteration")) {
    EXPECT_EQ(entry["name"], entry["run_name"]);
    EXPECT_EQ(entry["threads"], 2);
    seen.push_back(fmt::format("{} block {} repetition {} of {}: {}",
                               parse_run_name(entry["run_name"].get<std::string>()).lock,
                               entry["block"].get<int>(), entry["repetition_index"].get<int>(),
                               entry["repetitions"].get<int>(), entry["real_time"].get<double>()));
  }
  EXPECT_THAT(seen,
              ElementsAre("mcs block 0 repetition 0 of 3: 1", "mcs block 0 repetition 1 of 3: 3",
                          "mcs block 1 repetition 2 of 3: 5", "tas block 0 repetition 0 of 2: 2",
                          "tas block 1 repetition 1 of 2: 4", "clh block 1 repetition 0 of 1: 9"));
}

TEST_F(MergeBlocks, OverlaysTheFirstContext) {
  add_block("monday", {row("mcs", 1)});
  add_block("tuesday", {row("mcs", 1)});
  const json context =
      merge(R"({"executable": "bench", "format": "spinlab-results-1"})")["context"];
  EXPECT_EQ(context["date"], "monday");
  EXPECT_EQ(context["executable"], "bench");
  EXPECT_EQ(context["format"], "spinlab-results-1");
}

TEST_F(MergeBlocks, AggregatesAllGoodRowsOfAllBlocks) {
  add_block("monday", {row("mcs", 2, R"(, "jain": 1.0)"), row("mcs", 4, R"(, "jain": 0.5)")});
  add_block("tuesday", {row("mcs", 9, R"(, "jain": 0.9)"),
                        row("mcs", 0, R"(, "error_occurred": true, "error_message": "hung")")});
  const json merged = merge();
  EXPECT_EQ(rows_of(merged, "aggregate").size(), 4U);
  const json mean = find(merged, run_name("mcs") + "_mean");
  EXPECT_EQ(mean["run_name"], run_name("mcs"));
  EXPECT_EQ(mean["aggregate_name"], "mean");
  EXPECT_EQ(mean["aggregate_unit"], "time");
  EXPECT_EQ(mean["repetitions"], 4);
  EXPECT_EQ(mean["iterations"], 3);
  EXPECT_EQ(mean["threads"], 2);
  EXPECT_EQ(mean["time_unit"], "ns");
  EXPECT_DOUBLE_EQ(mean["real_time"], 5);
  EXPECT_DOUBLE_EQ(mean["cpu_time"], 2);
  EXPECT_DOUBLE_EQ(mean["jain"], 0.8);
  const json middle = find(merged, run_name("mcs") + "_median");
  EXPECT_DOUBLE_EQ(middle["real_time"], 4);
  EXPECT_DOUBLE_EQ(middle["jain"], 0.9);
  const json deviation = find(merged, run_name("mcs") + "_stddev");
  EXPECT_DOUBLE_EQ(deviation["real_time"], std::sqrt(13.0));  // (9 + 1 + 16) / 2
  EXPECT_DOUBLE_EQ(deviation["cpu_time"], 0);
  const json variation = find(merged, run_name("mcs") + "_cv");
  EXPECT_EQ(variation["aggregate_unit"], "percentage");
  EXPECT_DOUBLE_EQ(variation["real_time"], std::sqrt(13.0) / 5);
}

TEST_F(MergeBlocks, AggregatesFollowTheirRows) {
  add_block("monday", {row("mcs", 1), row("tas", 2)});
  std::vector<std::string> types;
  const json merged = merge();
  for (const json& entry : merged["benchmarks"]) {
    types.push_back(entry.value("aggregate_name", "window"));
  }
  EXPECT_THAT(types, ElementsAre("window", "mean", "median", "stddev", "cv", "window", "mean",
                                 "median", "stddev", "cv"));
}

TEST_F(MergeBlocks, WritesNothingThatJsonCannot) {
  add_block("monday", {row("mcs", 1, R"(, "zero": 0.0, "odd": NaN, "huge": Infinity)"),
                       row("mcs", 1, R"(, "zero": 0.0, "odd": 4.0, "label": "NaN \" NaN")")});
  const json merged = merge();  // Parses.
  EXPECT_FALSE(merged["benchmarks"][0].contains("odd"));
  EXPECT_FALSE(merged["benchmarks"][0].contains("huge"));
  EXPECT_EQ(merged["benchmarks"][1]["label"], "NaN \" NaN");
  EXPECT_DOUBLE_EQ(find(merged, run_name("mcs") + "_cv")["zero"], 0);
  EXPECT_DOUBLE_EQ(find(merged, run_name("mcs") + "_mean")["odd"], 4);
}

TEST_F(MergeBlocks, AggregatesNothingWhereAllWindowsFailed) {
  add_block("monday", {row("mcs", 0, R"(, "error_occurred": true, "error_message": "hung")")});
  EXPECT_EQ(merge()["benchmarks"].size(), 1U);
}

TEST_F(MergeBlocks, ReturnsTheWindowsThatFailed) {
  add_block("monday", {row("mcs", 1), row("tas", 2)});
  add_block("tuesday", {row("mcs", 0, R"(, "error_occurred": true, "error_message": "hung")")});
  const std::vector<Row> failed = merge_blocks(blocks_, "{}", "").failed;
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].cell.to_run_name(), run_name("mcs"));
  EXPECT_EQ(failed[0].block, 1);
  EXPECT_EQ(failed[0].error, "hung");
}

TEST_F(MergeBlocks, IsReadAsResults) {
  add_block("monday", {row("mcs", 1, R"(, "acquisitions_per_second": 5.0)")});
  add_block("tuesday", {row("mcs", 0, R"(, "error_occurred": true, "error_message": "hung")")});
  const std::string context = R"({"format": "spinlab-results-1"})";
  const std::string path =
      folder_.write("run.json", merge_blocks(blocks_, context, "0d4a1137").json);
  EXPECT_EQ(plan_of_results(path), "0d4a1137");
  const Results results = read_results(path);
  ASSERT_EQ(results.rows.size(), 2U);
  EXPECT_EQ(results.rows[0].counter(counters::kAcquisitionsPerSecond), 5);
  EXPECT_EQ(results.rows[1].block, 1);
  EXPECT_EQ(results.rows[1].repetition, 1);
  EXPECT_EQ(results.rows[1].error, "hung");
}

TEST_F(MergeBlocks, NamesTheBlockThatIsCutShort) {
  add_block("monday", {row("mcs", 1)});
  blocks_.push_back({.path = "half.json", .json = R"({"context": {}, "benchmarks": [)"});
  try {
    merge();
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("half.json' is cut short"));
  }
}

TEST_F(MergeBlocks, TakesATimeWithoutAUnitForNanoseconds) {
  blocks_.push_back({.path = "odd",
                     .json = fmt::format(R"({{"context": {{}}, "benchmarks": [
      {{"run_name": "{}", "real_time": 1}}]}})",
                                         run_name("mcs"))});
  EXPECT_EQ(find(merge(), run_name("mcs") + "_mean")["time_unit"], "ns");
}

TEST_F(MergeBlocks, RefusesRowsWhoseMembersHaveAnotherType) {
  for (const char* member : {R"("time_unit": 7)", R"("family_index": "x")", R"("real_time": "1")",
                             R"("iterations": 1e308)", R"("error_occurred": 1)"}) {
    blocks_ = {{.path = "odd",
                .json = fmt::format(R"({{"context": {{}}, "benchmarks": [
        {{"run_name": "{}", {}}}]}})",
                                    run_name("mcs"), member)}};
    EXPECT_THAT(user_error_of([&] { merge(); }), testing::HasSubstr("'odd', row 1: ")) << member;
  }
}

TEST_F(MergeBlocks, CountsTheWindowsOfABlockByRunName) {
  add_block("monday", {row("mcs", 1), row("tas", 2), row("mcs", 3), aggregate("mcs")});
  EXPECT_EQ(count_windows(blocks_.front()),
            (std::map<std::string, int>{{run_name("mcs"), 2}, {run_name("tas"), 1}}));
}

TEST_F(MergeBlocks, RefusesNoBlocksAndAContextThatIsNoObject) {
  EXPECT_THROW(merge(), std::invalid_argument);
  add_block("monday", {row("mcs", 1)});
  EXPECT_THROW(merge("[]"), std::invalid_argument);
  EXPECT_THROW(merge("{"), std::invalid_argument);
}

}  // namespace
}  // namespace spinlab
