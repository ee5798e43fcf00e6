// spinlab topology: its lists, its tables, its JSON and its options.
#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "harness/commands.hpp"
#include "harness/topology_report.hpp"
#include "harness/user_error.hpp"
#include "tests/harness/user_error_of.hpp"
#include "tests/temporary_folder.hpp"

namespace spinlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kLarge = "package:2 l3:8 core:8 pu:2(indexes=2*128:1*2)";

// What `spinlab <line>` prints. CLI errors and UserErrors pass through.
std::string output_of(const std::string& line) {
  CLI::App app;
  add_topology_command(app);
  testing::internal::CaptureStdout();
  try {
    app.parse(line);
  } catch (...) {
    testing::internal::GetCapturedStdout();
    throw;
  }
  return testing::internal::GetCapturedStdout();
}

TEST(ProcessorList, WritesRunsOfThreeAndMoreAsRanges) {
  EXPECT_EQ(processor_list({}), "none");
  EXPECT_EQ(processor_list({3}), "3");
  EXPECT_EQ(processor_list({1, 0}), "0,1");
  EXPECT_EQ(processor_list({2, 1, 0, 7}), "0-2,7");
  EXPECT_EQ(processor_list({0, 5, 6, 7}), "0,5-7");
}

TEST(ProcessorList, WritesEqualStepsAsRangesWithAStep) {
  EXPECT_EQ(processor_list({0, 8, 16, 24}), "0-24:8");
  EXPECT_EQ(processor_list({0, 1, 8, 9}), "0,1,8,9");
  EXPECT_EQ(processor_list({0, 1, 2, 10, 20, 30}), "0-2,10-30:10");
}

TEST(ThreadCounts, AreThePowersOfTwoAndAllProcessors) {
  EXPECT_THAT(usual_thread_counts(Topology::from_synthetic("core:6 pu:1")),
              ElementsAre(1, 2, 4, 6));
  EXPECT_THAT(usual_thread_counts(Topology::from_synthetic("core:8 pu:1")),
              ElementsAre(1, 2, 4, 8));
  EXPECT_THAT(usual_thread_counts(Topology::from_synthetic("core:1 pu:1")), ElementsAre(1));
}

TEST(TopologyText, ShowsTheObjectsOfALargeMachine) {
  const std::string text = topology_text(Topology::from_synthetic(kLarge), {1});
  EXPECT_THAT(text, HasSubstr("described machine: 2 packages, 1 NUMA node, 16 L3s, 128 cores, 256 "
                              "processors; allowed: 0-255"));
  EXPECT_THAT(text, HasSubstr("      1     0    15      8  120-127,248-255\n"));
}

TEST(TopologyText, PutsPlacementsOfOneSetOnOneLine) {
  const std::string text = topology_text(Topology::from_synthetic(kLarge), {2});
  EXPECT_THAT(text, testing::ContainsRegex("      2  compact smt +0,128\n"));
  EXPECT_THAT(text, testing::ContainsRegex("      2  scatter package +0,64\n"));
}

TEST(TopologyText, SaysWhatAMachineDoesNotHave) {
  const std::string text = topology_text(Topology::from_synthetic("core:2 pu:1"), {1});
  EXPECT_THAT(text, HasSubstr("0 packages, 1 NUMA node, 0 L3s"));
  EXPECT_THAT(text, HasSubstr("   none     0  none      2  0,1\n"));
}

TEST(TopologyText, IsNarrowEnoughToRead) {
  const Topology machine = Topology::from_synthetic(kLarge);
  std::istringstream text(topology_text(machine, usual_thread_counts(machine)));
  for (std::string line; std::getline(text, line);) EXPECT_LT(line.size(), 160U) << line;
}

TEST(TopologyJson, HasEachPlacementInThreadOrder) {
  const auto object = nlohmann::json::parse(
      topology_json_text(Topology::from_synthetic("package:2 core:2 pu:1"), {2, 4}));
  EXPECT_EQ(object["counts"]["cores"], 4);
  EXPECT_EQ(object["this_host"], false);
  EXPECT_EQ(object["allowed"].size(), 4U);
  EXPECT_EQ(object["allowed"][3]["package"], 1);
  EXPECT_EQ(object["placements"].size(), 14U);  // Seven names, two thread counts.
  bool found = false;
  for (const auto& entry : object["placements"]) {
    if (entry["placement"] != "scatter" || entry["threads"] != 4) continue;
    found = true;
    EXPECT_EQ(entry["processors"], nlohmann::json({0, 2, 1, 3}));
    EXPECT_EQ(entry["measured_as"], "compact");
  }
  EXPECT_TRUE(found);
}

TEST(TopologyCommand, ShowsThisHostUnlessTold) {
  EXPECT_THAT(output_of("topology"), HasSubstr("this host: "));
  EXPECT_THAT(output_of("topology --synthetic 'core:3 pu:1'"), HasSubstr("described machine: "));
}

TEST(TopologyCommand, ShowsOnlyTheThreadCountAskedFor) {
  const std::string text = output_of("topology --synthetic 'core:4 pu:1' --threads 3");
  EXPECT_THAT(text, testing::ContainsRegex("\n      3  compact"));
  EXPECT_THAT(text, Not(testing::ContainsRegex("\n      2  compact")));
}

TEST(TopologyCommand, PrintsJsonOnRequest) {
  const auto object = nlohmann::json::parse(output_of("topology --json --synthetic 'core:2 pu:1'"));
  EXPECT_EQ(object["format"], "spinlab-topology-report-1");
}

TEST(TopologyCommand, RefusesMoreThreadsThanProcessorsUnlessOversubscribed) {
  const std::string line = "topology --synthetic 'core:2 pu:1' --threads 3";
  EXPECT_THROW(output_of(line), UserError);
  EXPECT_THAT(output_of(line + " --oversubscribe --json"), HasSubstr("\"threads\": 3"));
}

TEST(TopologyCommand, RefusesToShowTwoMachinesAtOnce) {
  EXPECT_THROW(output_of("topology --synthetic 'pu:1' --xml machine.xml"), CLI::ParseError);
}

TEST(TopologyCommand, RefusesADescriptionThatDoesNotParse) {
  EXPECT_THROW(output_of("topology --synthetic garbage"), UserError);
  EXPECT_THROW(output_of("topology --xml /nowhere/machine.xml"), UserError);
}

TEST(TopologyCommand, ListsTheMachinesThatCanBeSimulated) {
  const std::string text = output_of("topology --list");
  EXPECT_THAT(text, HasSubstr("smt 8.0, l3 25.3, node 132.1/266.9, remote 266.6"));
  EXPECT_THAT(text, HasSubstr("\nuniform-128 "));
  const auto list = nlohmann::json::parse(output_of("topology --list --json"));
  EXPECT_GE(list.size(), 18U);
  for (const auto& entry : list) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : entry.items()) keys.push_back(key);
    EXPECT_THAT(keys, testing::UnorderedElementsAre("name", "processor", "packages", "nodes",
                                                    "cores", "threads", "source"));
    if (entry["name"] == "epyc-7742-2x64") {
      EXPECT_EQ(entry["packages"], 2);
      EXPECT_EQ(entry["nodes"], 2);
      EXPECT_EQ(entry["cores"], 128);
      EXPECT_EQ(entry["threads"], 256);
    }
  }
}

TEST(TopologyCommand, ShowsAMachineThatCanBeSimulatedWithItsCostsAndTheirSources) {
  const std::string text = output_of("topology epyc-7742-2x64 --threads 8");
  EXPECT_THAT(text, HasSubstr("epyc-7742-2x64: AMD EPYC 7742"));
  EXPECT_THAT(text, HasSubstr("      8  compact smt "));
  EXPECT_THAT(text, HasSubstr("node, far home          266.90   247.20   278.80\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\nmigratory +yes  measured by spinlab"));
  const auto object = nlohmann::json::parse(output_of("topology uniform-128 --threads 1 --json"));
  EXPECT_EQ(object["counts"]["processors"], 128);
  EXPECT_EQ(object["file"]["name"], "uniform-128");
}

TEST(TopologyCommand, ShowsAnySyntheticMachineWithCosts) {
  EXPECT_THAT(output_of("topology 'synthetic \"package:4 l3:1 core:18 pu:1\"' --threads 1"),
              HasSubstr("4 packages"));
}

TEST(TopologyCommand, RefusesAMachineThatItDoesNotKnowOrThatIsOneOfTwo) {
  EXPECT_THAT(user_error_of([] { output_of("topology epyc"); }), HasSubstr("epyc-7742-2x64"));
  EXPECT_THROW(output_of("topology uniform-128 --synthetic pu:1"), CLI::ParseError);
  EXPECT_THROW(output_of("topology uniform-128 --list"), CLI::ParseError);
  EXPECT_THROW(output_of("topology --draw x.png"), CLI::ParseError);
}

// A folder that is all of PATH for as long as it lives.
class OnlyPath {
 public:
  explicit OnlyPath(const std::string& folder) : before_(getenv("PATH")) {
    setenv("PATH", folder.c_str(), 1);
  }
  ~OnlyPath() { setenv("PATH", before_.c_str(), 1); }
  OnlyPath(const OnlyPath&) = delete;
  OnlyPath& operator=(const OnlyPath&) = delete;

 private:
  std::string before_;
};

TEST(Drawing, IsDoneByLstopo) {
  const TemporaryFolder folder;
  const std::string program = folder.write("lstopo-no-graphics", "#!/bin/sh\necho \"<svg $*>\"\n");
  chmod(program.c_str(), 0755);
  const OnlyPath path(folder.path(""));
  output_of("topology uniform-128 --threads 1 --draw " + folder.path("out.svg"));
  EXPECT_EQ(folder.read("out.svg"),
            "<svg --of svg --if synthetic --input package:1 numa:1 l3:1 core:128 pu:1 ->\n");
  output_of("topology --draw " + folder.path("host.svg"));
  EXPECT_EQ(folder.read("host.svg"), "<svg --of svg ->\n");
}

TEST(Drawing, IsRefusedWithWhatToInstallWhereLstopoIsMissingOrFails) {
  const TemporaryFolder folder;
  const OnlyPath path(folder.path(""));
  const std::string line = "topology --draw " + folder.path("out.svg");
  EXPECT_THAT(user_error_of([&] { output_of(line); }), HasSubstr("hwloc-nox"));
  chmod(folder.write("lstopo", "#!/bin/sh\necho '<svg>'\nexit 1\n").c_str(), 0755);
  EXPECT_THAT(user_error_of([&] { output_of(line); }), HasSubstr("could not draw"));
  EXPECT_EQ(folder.file_count(), 1);
}

TEST(TopologyCommand, HasAnExampleInItsHelp) {
  CLI::App app;
  add_topology_command(app);
  EXPECT_THAT(app.get_subcommand("topology")->help(), HasSubstr("Example: "));
}

}  // namespace
}  // namespace spinlab
