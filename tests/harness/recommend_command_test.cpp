// `spinlab recommend` as it is called: its text, its JSON, its profile, and what it refuses.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <variant>

#include "interface/profile.hpp"
#include "tests/harness/run_spinlab.hpp"
#include "tests/temporary_folder.hpp"

namespace spinlab {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kBlocks = 6;

Outcome spinlab_recommend(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "recommend");
  return run_spinlab(std::move(arguments));
}

// What stands in every window of a contestant.
struct Rates {
  const char* name;
  const char* kind;
  double alone;
  double contended;
  double handovers;
};

constexpr Rates kRates[] = {{"tas", "lock", 100e6, 20e6, 0.02}, {"ticket", "lock", 100e6, 5e6, 1},
                            {"mcs", "lock", 50e6, 4.9e6, 1},    {"clh", "lock", 60e6, 4.8e6, 1},
                            {"ck_mcs", "peer", 55e6, 4e6, 1},   {"rmw", "floor", 150e6, 30e6, 0.5}};

json window(const Rates& rates, int threads, const char* load, int block) {
  const double drift = 1 + 0.1 * std::sin(block);
  const double rate = (threads == 1 ? rates.alone : rates.contended) * drift;
  return {{"run_name", fmt::format("empty/{}/threads:{}/load:{}/placement:cores/interface:direct",
                                   rates.name, threads, load)},
          {"run_type", "iteration"},
          {"repetition_index", block},
          {"block", block},
          {"acquisitions_per_second", rate},
          {"handovers_per_acquisition", threads == 1 ? 0 : rates.handovers},
          {"acquire_p99_ns", 1e9 / rate}};
}

json make_results() {
  json results{{"context",
                {{"format", "spinlab-results-1"},
                 {"machine", "native"},
                 {"processor", "A Processor"},
                 {"fingerprint", "host-a"},
                 {"contestants", json::array()}}},
               {"benchmarks", json::array()}};
  for (const Rates& rates : kRates) {
    results["context"]["contestants"].push_back({{"name", rates.name}, {"kind", rates.kind}});
    for (int block = 0; block < kBlocks; ++block) {
      results["benchmarks"].push_back(window(rates, 1, "none", block));
      results["benchmarks"].push_back(window(rates, 2, "saturated", block));
    }
  }
  return results;
}

json make_simulated(std::string_view topology_name) {
  json results = make_results();
  results["context"]["machine"] = "simulated";
  results["context"]["topology_name"] = topology_name;
  results["context"]["fingerprint"] = fmt::format("simulated-{}-home-0-0", topology_name);
  return results;
}

class RecommendCommand : public testing::Test {
 protected:
  std::string write(std::string_view name, const json& results) const {
    return folder_.write(name, results.dump());
  }

  // Refused: one line, nothing on stdout, and no profile.
  void expect_refusal(const std::vector<std::string>& arguments, std::string_view reason) const {
    const Outcome outcome = spinlab_recommend(arguments);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr(std::string(reason)));
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(profile_));
  }

  TemporaryFolder folder_;
  const std::string results_ = write("results.json", make_results());
  const std::string profile_ = folder_.path("profile.json");
};

TEST_F(RecommendCommand, PrintsATableForPeople) {
  const Outcome outcome = spinlab_recommend({results_});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(
      outcome.out,
      AllOf(HasSubstr("empty, 2 threads, load saturated, placement cores\n  advice   ticket"),
            HasSubstr("  capture  tas"), HasSubstr("ck_mcs 4."), HasSubstr("rmw 30"),
            HasSubstr("\nOverall: ticket\n")));
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
}

TEST_F(RecommendCommand, WrapsLongLists) {
  json results = make_results();
  for (int i = 0; i < 40; ++i) {
    const std::string name = fmt::format("some_other_lock_{:02}", i);
    results["context"]["contestants"].push_back(
        {{"name", name}, {"kind", i % 2 ? "peer" : "lock"}});
    for (int block = 0; block < kBlocks; ++block) {
      results["benchmarks"].push_back(
          window({name.c_str(), "", 90e6, 5e6, 1}, 2, "saturated", block));
    }
  }
  const Outcome outcome = spinlab_recommend({write("many.json", results)});
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  EXPECT_THAT(outcome.out, HasSubstr("some_other_lock_39"));
}

TEST_F(RecommendCommand, PrintsJsonForPrograms) {
  const Outcome outcome = spinlab_recommend({results_, "--json"});
  EXPECT_EQ(outcome.status, 0);
  const json advice = json::parse(outcome.out);
  ASSERT_EQ(advice["choices"].size(), 3U);
  const json& contended = advice["choices"][1];
  EXPECT_EQ(contended["workload"], "empty");
  EXPECT_EQ(contended["threads"], 2);
  EXPECT_EQ(contended["load"], "saturated");
  EXPECT_EQ(contended["placement"], "cores");
  EXPECT_EQ(contended["interface"], "direct");
  EXPECT_EQ(contended["objective"], "throughput");
  EXPECT_EQ(contended["lock"], "ticket");
  EXPECT_EQ(contended["ties"], json::array({"mcs"}));
  EXPECT_EQ(contended["more_ties"], 1);  // clh: half of the locks are two.
  EXPECT_EQ(contended["capture"], false);
  EXPECT_EQ(contended["interval_reaches_95"], true);
  EXPECT_LE(contended["interval"][0], contended["value"]);
  EXPECT_GE(contended["interval"][1], contended["value"]);
  EXPECT_EQ(contended["best_peer"]["name"], "ck_mcs");
  EXPECT_EQ(advice["choices"][2]["lock"], "tas");
  EXPECT_EQ(advice["choices"][2]["capture"], true);
  EXPECT_EQ(advice["overall"]["lock"], "ticket");
  EXPECT_NEAR(advice["overall"]["worst_regret"], 0, 1e-9);
  EXPECT_EQ(advice["regrets"].size(), 4U);
}

TEST_F(RecommendCommand, TakesTheObjective) {
  const json advice = json::parse(spinlab_recommend({results_, "--json", "--objective=p99"}).out);
  EXPECT_EQ(advice["choices"][1]["unit"], "ns");
  EXPECT_EQ(advice["overall"]["objective"], "p99");
  expect_refusal({results_, "--objective", "speed"}, "known are: throughput, handovers, p99");
}

TEST_F(RecommendCommand, PoolsRunsOfOneHost) {
  const std::string more = write("more.json", make_results());
  EXPECT_THAT(spinlab_recommend({results_, more}).out, HasSubstr("blocks: 12"));
  json other = make_results();
  other["context"]["fingerprint"] = "host-b";
  expect_refusal({results_, write("other.json", other)}, "fingerprint");
}

TEST_F(RecommendCommand, SaysOnEveryLineOfWhichSimulatedMachineItIs) {
  json simulated = make_simulated("a-1x4");
  simulated["benchmarks"][0]["error_occurred"] = true;
  const Outcome outcome = spinlab_recommend({write("simulated.json", simulated)});
  EXPECT_EQ(outcome.status, 0);
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.starts_with("simulated a-1x4 |")) << line;
  }
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("| Overall: "), HasSubstr("| Windows that failed"),
                                 HasSubstr("draws of the machine's costs")));
  EXPECT_THAT(spinlab_recommend({results_}).out, Not(HasSubstr("simulated")));
}

TEST_F(RecommendCommand, SaysInJsonOfWhichMachineItIs) {
  const std::string path = write("simulated.json", make_simulated("a-1x4"));
  const json simulated = json::parse(spinlab_recommend({path, "--json"}).out);
  EXPECT_EQ(simulated["machine"], "simulated");
  EXPECT_EQ(simulated["topology_name"], "a-1x4");
  const json native = json::parse(spinlab_recommend({results_, "--json"}).out);
  EXPECT_EQ(native["machine"], "native");
  EXPECT_TRUE(native["topology_name"].is_null());
}

TEST_F(RecommendCommand, PoolsNoSimulatedMachineWithAnother) {
  const std::string one = write("one.json", make_simulated("a-1x4"));
  EXPECT_EQ(spinlab_recommend({one, write("two.json", make_simulated("a-1x4"))}).status, 0);
  expect_refusal({one, write("other.json", make_simulated("b-2x4"))}, "fingerprint");
  expect_refusal({one, results_}, "differ in machine");
}

TEST_F(RecommendCommand, LeavesTheProfileOfTheHostWhenTheMachineIsSimulated) {
  setenv("SPINLAB_PROFILE", profile_.c_str(), 1);
  EXPECT_EQ(spinlab_recommend({results_, "--write-profile"}).status, 0);
  const std::string path = write("simulated.json", make_simulated("a-1x4"));
  const Outcome outcome = spinlab_recommend({path, "--write-profile"});
  unsetenv("SPINLAB_PROFILE");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(std::get<Profile>(read_profile(profile_)).fingerprint, "host-a");
}

TEST_F(RecommendCommand, WritesTheProfile) {
  const Outcome outcome = spinlab_recommend({results_, "--write-profile", profile_});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, HasSubstr("Wrote " + profile_));
  const auto read = read_profile(profile_);
  ASSERT_TRUE(std::holds_alternative<Profile>(read)) << std::get<std::string>(read);
  EXPECT_EQ(std::get<Profile>(read).backend, "ticket");
  EXPECT_EQ(std::get<Profile>(read).fingerprint, "host-a");
  EXPECT_EQ(std::get<Profile>(read).objective, "throughput");
}

TEST_F(RecommendCommand, KeepsStandardOutputJsonWhileItWritesTheProfile) {
  const Outcome outcome = spinlab_recommend({results_, "--json", "--write-profile", profile_});
  EXPECT_TRUE(json::accept(outcome.out));
  EXPECT_THAT(outcome.err, HasSubstr("Wrote " + profile_));
}

TEST_F(RecommendCommand, WritesTheProfileWhereTheInterfaceLooks) {
  setenv("SPINLAB_PROFILE", profile_.c_str(), 1);
  const Outcome outcome = spinlab_recommend({results_, "--write-profile"});
  unsetenv("SPINLAB_PROFILE");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_TRUE(std::filesystem::exists(profile_));
}

TEST_F(RecommendCommand, WritesNoProfileFromWhatIsNotThisHost) {
  const std::string path = write("simulated.json", make_simulated("a-1x4"));
  EXPECT_EQ(spinlab_recommend({path}).status, 0);
  expect_refusal({path, "--write-profile", profile_}, "'simulated' (a-1x4)");
  json unfit = make_results();
  unfit["context"]["fit_for_measuring"] = false;
  expect_refusal({write("unfit.json", unfit), "--write-profile", profile_}, "sanitizers");
  json nameless = make_results();
  nameless["context"].erase("fingerprint");
  expect_refusal({write("nameless.json", nameless), "--write-profile", profile_}, "fingerprint");
}

TEST_F(RecommendCommand, ReplacesAProfileOnlyByForce) {
  EXPECT_EQ(spinlab_recommend({results_, "--write-profile", profile_}).status, 0);
  const Outcome refused =
      spinlab_recommend({results_, "--write-profile", profile_, "--objective", "p99"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err, HasSubstr("'" + profile_ + "' exists; --force"));
  EXPECT_EQ(std::get<Profile>(read_profile(profile_)).objective, "throughput");
  EXPECT_EQ(
      spinlab_recommend({results_, "--force", "--objective", "p99", "--write-profile", profile_})
          .status,
      0);
  EXPECT_EQ(std::get<Profile>(read_profile(profile_)).objective, "p99");
}

TEST_F(RecommendCommand, WritesNoProfileOverResults) {
  const std::string more = write("more.json", make_results());
  expect_refusal({results_, "--write-profile", more}, "would be overwritten");
  EXPECT_EQ(spinlab_recommend({more}).status, 0);
}

// As rows of damaged results would be, were they taken for no results at all.
TEST_F(RecommendCommand, WritesNoProfileOverDamagedResults) {
  json damaged = make_results();
  damaged["benchmarks"][0]["acquisitions_per_second"] = "fast";
  const std::string path = write("damaged.json", damaged);
  expect_refusal({results_, "--write-profile", path}, "would be overwritten");
}

TEST_F(RecommendCommand, WritesNoProfileUnderAnEmptyName) {
  setenv("SPINLAB_PROFILE", profile_.c_str(), 1);
  expect_refusal({results_, "--write-profile", ""}, "'' is no name of a file");
  expect_refusal({results_, "--write-profile="}, "'' is no name of a file");
  unsetenv("SPINLAB_PROFILE");
}

TEST_F(RecommendCommand, RefusesRatesAndHandOversThatAreNone) {
  const std::vector<std::pair<const char*, json>> wrong{{"handovers_per_acquisition", "0.02"},
                                                        {"handovers_per_acquisition", nullptr},
                                                        {"handovers_per_acquisition", -1},
                                                        {"acquisitions_per_second", -5e6},
                                                        {"acquisitions_per_second", "5e6"},
                                                        {"acquisitions_per_second", nullptr},
                                                        {"acquire_p99_ns", false}};
  for (const auto& [counter, value] : wrong) {
    json results = make_results();
    results["benchmarks"][3][counter] = value;
    expect_refusal({write("wrong.json", results)}, fmt::format("row 4: {}: ", counter));
  }
}

TEST_F(RecommendCommand, RefusesToAdviseAmongLocksThatAcquireNothing) {
  json results = make_results();
  for (json& row : results["benchmarks"]) row["acquisitions_per_second"] = 0;
  expect_refusal({write("zero.json", results)}, "have a rate of 0");
}

TEST_F(RecommendCommand, RefusesWhatItCannotAdviseFrom) {
  expect_refusal({}, "no results given");
  expect_refusal({folder_.path("none.json")}, "none.json");
  json anonymous = make_results();
  anonymous["context"].erase("contestants");
  expect_refusal({write("anonymous.json", anonymous)}, "no good window of a lock");
}

}  // namespace
}  // namespace spinlab
