// Topology files: what is read, what is refused and how that is said, and the models made of them.
#include "harness/topology_file.hpp"

#include <gmock/gmock.h>

#include <set>

#include "harness/placement.hpp"
#include "harness/topology_texts.hpp"
#include "tests/harness/user_error_of.hpp"
#include "tests/temporary_folder.hpp"

namespace spinlab {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string shipped_text(std::string_view name) {
  for (const TopologyText& shipped : topology_texts()) {
    if (shipped.name == std::string(name) + ".json") return std::string(shipped.text);
  }
  throw std::logic_error("no such topology");
}

// A shipped file's text with each `from` replaced.
std::string changed(std::string text, std::string_view from, std::string_view to) {
  const std::size_t first = text.find(from);
  if (first == text.npos) throw std::logic_error("nothing to change");
  for (std::size_t at = first; at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string error_of(std::string_view text) {
  testing::internal::CaptureStderr();
  const std::string error = user_error_of([&] { topology_from_json_text(text, "machine.json"); });
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(error,
              AllOf(HasSubstr("'machine.json' is no topology file: "), Not(HasSubstr("\n"))));
  return error;
}

std::string error_with(std::string_view from, std::string_view to) {
  return error_of(changed(shipped_text("uniform-128"), from, to));
}

simulated::Model median_model(const TopologyFile& file) {
  return make_model(file, file.topology(), [](std::string_view) { return Quantile::kMedian; });
}

TEST(ShippedTopologies, AreAsTheyArePrinted) {
  for (const TopologyFile& file : shipped_topologies()) {
    EXPECT_EQ(to_json_text(file), shipped_text(file.name)) << file.name;
  }
}

TEST(ShippedTopologies, AreSimulableAndSayWhereTheirNumbersAreFrom) {
  EXPECT_GE(shipped_topologies().size(), 18U);
  for (const TopologyFile& file : shipped_topologies()) {
    const simulated::Model model = median_model(file);
    const Topology topology = file.topology();
    EXPECT_EQ(model.processors, static_cast<std::uint32_t>(topology.processor_count()));
    EXPECT_FALSE(file.source.empty());
    for (const int processor : place(topology, "scatter", topology.processor_count())) {
      EXPECT_LT(processor, topology.processor_count());
    }
  }
}

TEST(ShippedTopologies, HaveTheLatenciesOfTheirCollections) {
  const TopologyFile xeon = find_topology("xeon-8375c-2x32");
  EXPECT_EQ(xeon.transfers.at(Distance::kSmt).near_home.median, 8.0);
  EXPECT_EQ(xeon.transfers.at(Distance::kL3).near_home, (Cost{51.3, 44.7, 57.9, ""}));
  EXPECT_EQ(xeon.transfers.at(Distance::kRemote).near_home.p95, 113.3);
  const TopologyFile rome = find_topology("epyc-7742-2x64");
  EXPECT_EQ(rome.transfers.at(Distance::kNode).near_home, (Cost{132.1, 104.1, 140.9, ""}));
  EXPECT_EQ(rome.transfers.at(Distance::kNode).far_home, (Cost{266.9, 247.2, 278.8, ""}));
  EXPECT_EQ(find_topology("kunpeng-920-1x64").transfers.at(Distance::kPackage).near_home.median,
            80.5);
  EXPECT_EQ(find_topology("altra-q80-30").transfers.at(Distance::kNode).near_home.p5, 132.7);
  EXPECT_EQ(find_topology("xeon-e7-8895v3-4x18").transfers.at(Distance::kRemote).near_home.median,
            118.1);
  EXPECT_THAT(find_topology("xeon-e7-8895v3-4x18").source, HasSubstr("stand-in"));
}

TEST(ShippedTopologies, HaveTheShapeOfTheirMachines) {
  const Topology bergamo = find_topology("epyc-9754-2x128").topology();
  EXPECT_EQ(bergamo.processor_count(), 512);
  EXPECT_EQ(bergamo.l3_count(), 32);
  EXPECT_EQ(bergamo.node_count(), 2);
  EXPECT_EQ(find_topology("epyc-9454-2x48").topology().core_count(), 96);
  EXPECT_EQ(find_topology("xeon-e7-8895v3-4x18").topology().package_count(), 4);
}

TEST(TopologyFiles, AreRefusedIfTheyAreNoJson) {
  for (const std::string text : {"", "{", "topology", "{\"format\": 1e999}", "\xff\xfe", "[]"}) {
    error_of(text);
  }
  EXPECT_THAT(error_of("{\"format\": \"\xc3(\"}"), HasSubstr("not JSON in UTF-8, at byte"));
}

TEST(TopologyFiles, AreRefusedIfTheyAreNestedDeeply) {
  EXPECT_THAT(error_of(std::string(500'000, '[')), HasSubstr("nested deeper than"));
  EXPECT_THAT(error_of(std::string(2'000'000, ' ')), HasSubstr("larger than 1 MiB"));
}

TEST(TopologyFiles, AreRefusedIfTheirFormatIsAnother) {
  EXPECT_THAT(error_with("spinlab-topology-1", "spinlab-topology-9"),
              AllOf(HasSubstr("'spinlab-topology-9'"), HasSubstr("'spinlab-topology-1'")));
  EXPECT_THAT(error_with("\"format\"", "\"form\""), HasSubstr("format: missing"));
}

TEST(TopologyFiles, AreRefusedForKeysThatNobodyReads) {
  EXPECT_THAT(error_with("\"source\"", "\"sauce\""), HasSubstr("unknown key 'sauce'"));
  EXPECT_THAT(error_with("\"l3\"", "\"l4\""), HasSubstr("unknown key 'transfers.l4'"));
  EXPECT_THAT(error_with("\"pause\": {", "\"pause\": {\"us\": 1, "),
              HasSubstr("unknown key 'costs.pause.us'; costs.pause has ns_median"));
  EXPECT_THAT(error_with("\"pause\": {", "\"pause\": {\"far_home\": 1, "),
              HasSubstr("unknown key 'costs.pause.far_home'"));
}

TEST(TopologyFiles, AreRefusedForKeysThatAreThereTwice) {
  EXPECT_THAT(error_with("\"pause\": {", "\"rmw\": {}, \"pause\": {"),
              HasSubstr("the key 'rmw' is there twice"));
}

TEST(TopologyFiles, AreRefusedForCostsThatAreNone) {
  EXPECT_THAT(error_with("60.0, \"ns_p5\": 60.0", "60.0, \"ns_p5\": -1"),
              HasSubstr("transfers.l3: -1 ns is not from 0 to 1000000"));
  EXPECT_THAT(error_with("\"ns_median\": 60.0", "\"ns_median\": \"60\""),
              HasSubstr("transfers.l3.ns_median: \"60\" is no number"));
  EXPECT_THAT(error_with("\"ns_median\": 60.0, ", ""),
              HasSubstr("transfers.l3.ns_median: missing"));
  EXPECT_THAT(error_with("\"ns_median\": 60.0", "\"ns_median\": 50"),
              HasSubstr("transfers.l3: 5 %, median and 95 % must ascend, and are 60, 50 and 60"));
  EXPECT_THAT(error_with("\"ns_p95\": 60.0", "\"ns_p95\": 1e7"), HasSubstr("1 ms"));
  EXPECT_THAT(error_with("\"ns_p95\": 60.0", "\"ns_p95\": 1e999"), HasSubstr("too large"));
  EXPECT_THAT(error_with("\"rmw\": {\"ns_median\": 5.0, \"ns_p5\": 5.0",
                         "\"rmw\": {\"ns_median\": 5.0, \"ns_p5\": 0.05"),
              HasSubstr("rmw: 0.05 ns at 5 % is less than the 0.1 ns"));
  EXPECT_THAT(error_with("\"rmw\": {", "\"rwm\": {"), HasSubstr("unknown key 'costs.rwm'"));
}

TEST(TopologyFiles, AreRefusedForParametersOutOfTheirRanges) {
  EXPECT_THAT(error_with("\"hold_percent\": {\"value\": 0}", "\"hold_percent\": {\"value\": 101}"),
              HasSubstr("parameters.hold_percent: 101 is no whole number from 0 to 100"));
  EXPECT_THAT(error_with("\"hold_percent\": {\"value\": 0}", "\"hold_percent\": {\"value\": 0.5}"),
              HasSubstr("parameters.hold_percent: 0.5 is no whole number from 0 to 100"));
  EXPECT_THAT(error_with("\"jitter_percent\": {\"value\": 0}",
                         "\"jitter_percent\": {\"value\": -99999999999999999999}"),
              HasSubstr("parameters.jitter_percent"));
  EXPECT_THAT(error_with("{\"value\": 5.0}", "{\"value\": 1001}"), HasSubstr("parameters.wake_us"));
  EXPECT_THAT(error_with("\"mesi\"", "\"mosi\""), HasSubstr("none of mesi, mesif, moesi"));
  EXPECT_THAT(error_with("{\"value\": false}", "{\"value\": 0}"),
              HasSubstr("neither true nor false"));
  EXPECT_THAT(error_with("{\"value\": 3.0}", "{\"value\": 0}"), HasSubstr("frequency_ghz"));
}

TEST(TopologyFiles, AreRefusedIfADistanceOfTheMachineHasNoLatency) {
  EXPECT_THAT(error_with("core:128 pu:1", "core:64 pu:2"), HasSubstr("transfers.smt: missing"));
  EXPECT_THAT(error_with("package:1 ", "package:2 "), HasSubstr("transfers.remote: missing"));
}

TEST(TopologyFiles, AreRefusedIfHwlocDoesNotUnderstandTheMachine) {
  EXPECT_THAT(error_with("package:1 ", "packet:1 "), HasSubstr("is no synthetic topology"));
  EXPECT_THAT(error_with("package:1 ", "package:1\\n "), HasSubstr("a text of one line"));
  EXPECT_THAT(error_with("package:1 ", "package:1\\u0000 "), HasSubstr("a text of one line"));
  EXPECT_THAT(error_with("\"synthetic\": ", "\"xml\": "), HasSubstr("cannot read"));
  EXPECT_THAT(error_with("\"synthetic\": ", "\"xml\": \"a\", \"synthetic\": "),
              HasSubstr("one of synthetic and xml"));
}

TEST(TopologyFiles, AreRefusedBeforeHwlocBuildsAMachineThatIsTooLarge) {
  for (const std::string count : {"100000000", "18446744073709551617", "0x10000000", "-1", "513"}) {
    error_with("core:128", "core:" + count);
  }
  EXPECT_THAT(error_with("pu:1", "pu:1000 pu:1000 pu:1000 pu:1000"), HasSubstr("more than 512"));
  EXPECT_THAT(error_with("core:128 pu:1", "core:2 pu:1(indexes=4000000000,1)"),
              HasSubstr("is no synthetic topology"));
}

TEST(TopologyFiles, AreRefusedIfOsIndicesHaveGaps) {
  EXPECT_THAT(error_with("core:128 pu:1", "core:2 pu:1(indexes=0,7)"),
              HasSubstr("must have the OS indices 0 to 1, and one has 7"));
}

TEST(TopologyFiles, AreRefusedForNamesThatNoFileHas) {
  EXPECT_THAT(error_with("\"uniform-128\"", "\"../x\""), HasSubstr("name: "));
  EXPECT_THAT(error_with("\"uniform-128\"", "\"\""), HasSubstr("name: "));
}

TEST(TopologyFiles, MayBeBuiltAsAnLstopoFileThatLiesBesideThem) {
  const TemporaryFolder folder;
  const std::string text =
      changed(shipped_text("uniform-128"), "\"synthetic\": \"package:1 numa:1 l3:1 core:128 pu:1\"",
              "\"xml\": \"machine.xml\"");
  const std::string path = folder.write("machine.json", text);
  for (const std::string_view wrong :
       {"", "garbage", "<topology version=\"3.0\">", "<topology version=\"2.0\"><object/>"}) {
    folder.write("machine.xml", wrong);
    testing::internal::CaptureStderr();
    EXPECT_THAT(user_error_of([&] { find_topology(path); }), HasSubstr("hwloc can read"));
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  }
}

TEST(Matrix, GivesEachPairOfPackagesItsOwnClass) {
  const std::string near = R"({"ns_median": 100.0, "ns_p5": 90.0, "ns_p95": 110.0})";
  const std::string far = R"({"ns_median": 200.0, "ns_p5": 190.0, "ns_p95": 210.0})";
  const auto row = [](const std::string& a, const std::string& b, const std::string& c) {
    return "[" + a + ", " + b + ", " + c + "]";
  };
  const auto with_matrix = [&](const std::string& rows) {
    return changed(changed(shipped_text("uniform-128"), "package:1 numa:1 l3:1 core:128",
                           "package:3 numa:1 l3:1 core:2"),
                   "\"costs\"", "\"between_packages\": [" + rows + "], \"costs\"");
  };
  const TopologyFile file =
      topology_from_json_text(with_matrix(row("null", near, far) + ", " + row(near, "null", near) +
                                          ", " + row(far, near, "null")),
                              "machine.json");
  EXPECT_EQ(to_json_text(topology_from_json_text(to_json_text(file), "again.json")),
            to_json_text(file));
  const simulated::Model model = median_model(file);
  ASSERT_EQ(model.classes.size(), 4U);
  EXPECT_EQ(model.classes[model.class_between[0 * 6 + 4]].ticks, 2000U);
  EXPECT_EQ(model.classes[model.class_between[2 * 6 + 4]].ticks, 1000U);
  EXPECT_EQ(model.classes[model.class_between[0 * 6 + 1]].name, "l3");

  EXPECT_THAT(error_of(with_matrix(row("null", near, far) + ", " + row(far, "null", near) + ", " +
                                   row(far, near, "null"))),
              HasSubstr("1.0 and 0.1 differ"));
  EXPECT_THAT(error_of(with_matrix(row("null", near, far))), HasSubstr("3 rows of 3"));
  EXPECT_THAT(error_of(with_matrix(row(near, near, far))), HasSubstr("the diagonal is null"));
}

TEST(Model, HasItsCostsInTicksOfATenthOfANanosecond) {
  const simulated::Model model = median_model(find_topology("epyc-7742-2x64"));
  EXPECT_EQ(model.processors, 256U);
  EXPECT_EQ(model.load_hit, 2U);  // 0.16 ns.
  EXPECT_EQ(model.memory, 1280U);
  EXPECT_EQ(model.quantum, 30'000'000U);
  EXPECT_EQ(model.protocol, simulated::Protocol::kMoesi);
  EXPECT_TRUE(model.migratory);
  EXPECT_EQ(model.hold_percent, 50U);
}

TEST(Model, SortsItsClassesAndKnowsWhichPairHasWhich) {
  const simulated::Model model = median_model(find_topology("epyc-7742-2x64"));
  std::vector<std::string> names;
  for (const simulated::LatencyClass& entry : model.classes) names.push_back(entry.name);
  EXPECT_THAT(names, ElementsAre("smt", "l3", "node", "remote"));
  const auto between = [&](std::size_t one, std::size_t other) {
    EXPECT_EQ(model.class_between[one * 256 + other], model.class_between[other * 256 + one]);
    return model.classes[model.class_between[one * 256 + other]];
  };
  // As published, less the operation that each contains.
  EXPECT_EQ(between(0, 1).ticks, 80U - model.rmw);
  EXPECT_EQ(between(0, 2).ticks, 253U - model.rmw);
  EXPECT_EQ(between(0, 8).ticks, 1321U - model.rmw);
  EXPECT_EQ(between(0, 8).far_home_ticks, 2669U - model.rmw);
  EXPECT_EQ(between(0, 128).ticks, 2666U - model.rmw);
  EXPECT_EQ(between(0, 128).far_home_ticks, 2666U - model.rmw);
  EXPECT_EQ(model.package[127], 0U);
  EXPECT_EQ(model.package[128], 1U);
  EXPECT_EQ(model.node[128], 1U);
}

TEST(Model, TakesEachCostAtTheQuantileChosenForItsName) {
  const TopologyFile file = find_topology("epyc-7742-2x64");
  std::multiset<std::string> asked;
  const simulated::Model model = make_model(file, file.topology(), [&](std::string_view cost) {
    asked.emplace(cost);
    return cost == "transfers.node" ? Quantile::kP95 : Quantile::kP5;
  });
  EXPECT_EQ(model.classes[2].ticks, 1409U - model.rmw);
  EXPECT_EQ(model.classes[2].far_home_ticks, 2788U - model.rmw);
  EXPECT_EQ(model.classes[1].ticks, 246U - model.rmw);
  EXPECT_EQ(model.memory, 1130U);
  EXPECT_THAT(asked, testing::UnorderedElementsAre("load_hit", "store_hit", "rmw", "operation",
                                                   "pause", "memory", "read_occupancy",
                                                   "invalidate", "transfers.smt", "transfers.l3",
                                                   "transfers.node", "transfers.remote"));
}

TEST(Model, OfASingleProcessorHasNoClasses) {
  TopologyFile file = find_topology("uniform-128");
  file.synthetic = "core:1 pu:1";
  EXPECT_TRUE(median_model(file).classes.empty());
}

TEST(FindTopology, ReadsAFileByItsPath) {
  const TemporaryFolder folder;
  const std::string path = folder.write("mine.json", shipped_text("uniform-128"));
  EXPECT_EQ(find_topology(path).name, "uniform-128");
}

TEST(FindTopology, BuildsAnySyntheticMachineOfTheCostsOfAShippedOne) {
  for (const std::string quote : {"\"", ""}) {
    const TopologyFile file =
        find_topology("synthetic " + quote + "package:2 numa:2 l3:2 core:2 pu:2" + quote);
    EXPECT_EQ(file.topology().processor_count(), 32);
    EXPECT_EQ(file.transfers.at(Distance::kPackage), file.transfers.at(Distance::kNode));
    EXPECT_THAT(file.processor, HasSubstr(kCostsOfSynthetic));
    EXPECT_EQ(median_model(file).classes.size(), 5U);
  }
}

TEST(FindTopology, RefusesWhatIsNoneInOneLineThatShowsWhatIs) {
  EXPECT_THAT(user_error_of([] { find_topology("epyc"); }),
              AllOf(HasSubstr("no topology 'epyc'"), HasSubstr("uniform-128")));
  EXPECT_THAT(user_error_of([] { find_topology(""); }), HasSubstr("no topology ''"));
  EXPECT_THAT(user_error_of([] { find_topology("/nowhere/x.json"); }),
              HasSubstr("cannot read '/nowhere/x.json'"));
  EXPECT_THAT(user_error_of([] { find_topology("synthetic \"x\""); }), HasSubstr("synthetic"));
  EXPECT_THAT(user_error_of([] { find_topology("synthetic core:513 pu:1"); }),
              HasSubstr("more than 512"));
}

}  // namespace
}  // namespace spinlab
