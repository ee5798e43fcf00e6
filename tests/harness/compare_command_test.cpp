// `spinlab compare` as it is called: its table, its exit status, and what it refuses.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/harness/run_spinlab.hpp"
#include "tests/temporary_folder.hpp"

namespace spinlab {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

constexpr int kBlocks = 8;

Outcome spinlab_compare(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "compare");
  return run_spinlab(std::move(arguments));
}

class CompareCommand : public testing::Test {
 protected:
  // One window a block; each lock has the same rate in all of them.
  std::string write(std::string_view name, const std::vector<std::pair<std::string, double>>& rates,
                    const json& more_context = json::object()) const {
    json results{{"context",
                  {{"format", "spinlab-results-1"},
                   {"machine", "native"},
                   {"fingerprint", "host-a"},
                   {"contestants", json::array()}}},
                 {"benchmarks", json::array()}};
    results["context"].update(more_context);
    for (const auto& [lock, rate] : rates) {
      for (int block = 0; block < kBlocks; ++block) {
        results["benchmarks"].push_back(
            {{"run_name", fmt::format("shared_line/{}/threads:1/load:saturated/placement:cores/"
                                      "interface:direct",
                                      lock)},
             {"run_type", "iteration"},
             {"repetition_index", block},
             {"block", block},
             {"acquisitions_per_second", rate},
             {"handovers_per_acquisition", 0}});
      }
    }
    return folder_.write(name, results.dump());
  }

  // Refused: one line with all the words, and nothing on stdout: no heading, either.
  static void expect_refusal(const std::vector<std::string>& arguments,
                             const std::vector<std::string>& words) {
    const Outcome outcome = spinlab_compare(arguments);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    for (const std::string& word : words) EXPECT_THAT(outcome.err, HasSubstr(word));
  }

  TemporaryFolder folder_;
  const std::string results_ =
      write("results.json", {{"mcs", 5e6}, {"ck_mcs", 4e6}, {"tas", 1e6}, {"stuck", 0}});
};

TEST_F(CompareCommand, SaysWhetherEachPairHolds) {
  const Outcome outcome = spinlab_compare({results_, "--pair", "mcs:ck_mcs"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("1.250  [1.250, 1.250]  0.00 0.00  holds\n"));
  const Outcome slow = spinlab_compare({results_, "--pair", "mcs:ck_mcs,tas:mcs"});
  EXPECT_EQ(slow.status, 1);
  EXPECT_THAT(slow.out, AllOf(HasSubstr("  holds\n"), HasSubstr("does not hold\n")));
}

TEST_F(CompareCommand, SaysOnEveryLineOfWhichSimulatedMachineItIs) {
  const std::string path = write("simulated.json", {{"mcs", 5e6}, {"clh", 4e6}},
                                 {{"machine", "simulated"}, {"topology_name", "a-1x4"}});
  const Outcome outcome = spinlab_compare({path, "--pair", "mcs:clh"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.starts_with("simulated a-1x4 |")) << line;
  }
  EXPECT_THAT(outcome.out, HasSubstr("  holds\n"));
}

TEST_F(CompareCommand, RefusesUnknownLocksWithTheKnownOnes) {
  const std::vector<std::string> words{"unknown lock 'mcz'", "ck_mcs, mcs, stuck, tas"};
  expect_refusal({results_, "--pair", "mcz:ck_mcs"}, words);
  // The first pair would do; nothing is said of it.
  expect_refusal({results_, "--pair", "mcs:ck_mcs,tas:mcz"}, words);
  expect_refusal({results_, "--pair", "mcs"}, {"'mcs' is no pair"});
}

TEST_F(CompareCommand, RefusesConditionsThatWereNotMeasured) {
  expect_refusal({results_, "--pair", "mcs:tas", "--load", "50"}, {"no windows of 'mcs'", "50"});
}

TEST_F(CompareCommand, RefusesARateOfZeroOnEitherSide) {
  expect_refusal({results_, "--pair", "mcs:stuck"}, {"'stuck' have a rate of 0"});
  expect_refusal({results_, "--pair", "stuck:mcs"}, {"'stuck' have a rate of 0"});
}

// Blocks of different files are different processes: nothing is paired.
TEST_F(CompareCommand, RefusesLocksThatWereNotMeasuredInOneRun) {
  const std::string other = write("other.json", {{"ticket", 5e6}});
  expect_refusal({results_, other, "--pair", "mcs:ticket"}, {"not measured in one run"});
}

TEST_F(CompareCommand, RefusesNumbersThatAreNone) {
  for (const char* value : {"", "nan", "inf", "0", "-1"}) {
    expect_refusal({results_, "--pair", "mcs:tas", "--at-least", value}, {"--at-least", "0.001"});
  }
  for (const char* value : {"", "0", "two"}) {
    expect_refusal({results_, "--pair", "mcs:tas", "--threads", value}, {"--threads", "from 1"});
  }
}

TEST_F(CompareCommand, RefusesResultsWithARateThatIsNone) {
  const std::string path = write("negative.json", {{"mcs", -1}, {"tas", 1}});
  expect_refusal({path, "--pair", "mcs:tas"}, {"negative.json', row 1: acquisitions_per_second"});
}

}  // namespace
}  // namespace spinlab
