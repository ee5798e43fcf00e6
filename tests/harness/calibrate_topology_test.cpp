// A measured machine as a topology file: the fit, what is assumed, and what is refused. Not how long
// anything takes here.
#include "harness/calibrate_topology.hpp"

#include <gmock/gmock.h>

#include "harness/simulated_ping_pong.hpp"
#include "tests/harness/user_error_of.hpp"

namespace spinlab {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kTwoCores = "l3:1 core:2 pu:1";

MachineCosts example() {
  MachineCosts costs;
  costs.core = {.load_hit = {1.0, 1.0, 1.2},
                .store_hit = {0.5},
                .rmw = {6.0, 6.5, 7.0},
                .operation = {0.25},
                .pause = {25},
                .memory = {150}};
  costs.one_line[Distance::kL3] = {102.0, 112.0, 92.0};
  costs.dirty_read = {.unread_ns = 106, .read_ns = 7, .owned_ns = 6};
  costs.hold_percent = 71.4;
  costs.read_occupancy = {10, 12, 14};
  costs.frequency_ghz = 3.5;
  return costs;
}

TopologyFile file_of(const MachineCosts& costs, std::vector<std::string>& warnings) {
  return topology_from_costs(costs, "mine", "AMD EPYC, 1 socket, 2 processors", kTwoCores,
                             warnings);
}

TEST(MeasuredTopology, HasWhatWasMeasuredAndSaysSo) {
  std::vector<std::string> warnings;
  const TopologyFile file = file_of(example(), warnings);
  EXPECT_THAT(warnings, IsEmpty());
  EXPECT_EQ(file.source, "measured by spinlab calibrate --write-topology");
  EXPECT_EQ(file.rmw.median, 6.5);
  EXPECT_EQ(file.rmw.p5, 6.05);
  EXPECT_EQ(file.read_occupancy.median, 12);
  EXPECT_EQ(file.hold_percent, 71);
  EXPECT_TRUE(file.migratory);
  EXPECT_EQ(file.protocol, simulated::Protocol::kMoesi);
  EXPECT_EQ(file.frequency_ghz, 3.5);
  const std::string text = to_json_text(file);
  EXPECT_EQ(to_json_text(topology_from_json_text(text, "mine.json")), text);
}

TEST(MeasuredTopology, TakesATransferThatWasMeasuredByItself) {
  MachineCosts costs = example();
  costs.transfers[Distance::kL3] = {80.0, 82.0, 84.0};
  std::vector<std::string> warnings;
  const Cost transfer = file_of(costs, warnings).transfers.at(Distance::kL3).near_home;
  EXPECT_EQ(transfer.median, 82);
  EXPECT_LT(transfer.p5, 82);
  EXPECT_GT(transfer.p95, 84);  // As far as the ping-pong says.
}

TEST(MeasuredTopology, FitsATransferSoThatTheSimulatedPingPongTakesAsLong) {
  for (const double after_read_ns : {7.0, 100.0}) {
    MachineCosts costs = example();
    costs.dirty_read->read_ns = after_read_ns;
    std::vector<std::string> warnings;
    const TopologyFile file = file_of(costs, warnings);
    EXPECT_EQ(file.migratory, after_read_ns < 50);
    const simulated::Model model =
        make_model(file, file.topology(), [](std::string_view) { return Quantile::kMedian; });
    EXPECT_NEAR(simulated_one_way_ns(model), 102, 2);
  }
}

TEST(MeasuredTopology, FitsAShorterTransferWhereTheStoreNeedsOneOfItsOwn) {
  std::vector<std::string> warnings;
  const double taken_over =
      file_of(example(), warnings).transfers.at(Distance::kL3).near_home.median;
  MachineCosts costs = example();
  costs.dirty_read->read_ns = 100;
  EXPECT_LT(file_of(costs, warnings).transfers.at(Distance::kL3).near_home.median,
            0.7 * taken_over);
}

TEST(SimulatedPingPong, TakesLongerThanTheTransfer) {
  simulated::Model model;
  model.processors = 2;
  model.package = model.node = {0, 0};
  model.class_between = {0, 0, 0, 0};
  EXPECT_GT(simulated_one_way_ns(model), 60);
  EXPECT_THAT(fitted_transfers_ns(model, {simulated_one_way_ns(model)}),
              ElementsAre(testing::DoubleNear(60, 1)));
}

TEST(MeasuredTopology, SaysWhatItAssumesForWantOfAMeasurement) {
  MachineCosts costs = example();
  costs.dirty_read.reset();
  costs.hold_percent.reset();
  costs.read_occupancy.clear();
  std::vector<std::string> warnings;
  const TopologyFile file = file_of(costs, warnings);
  EXPECT_EQ(warnings.size(), 3U);
  EXPECT_EQ(file.hold_percent, 50);
  EXPECT_TRUE(file.migratory);
  const double transfer_ns = file.transfers.at(Distance::kL3).near_home.median;
  EXPECT_NEAR(file.read_occupancy.median, transfer_ns / 5, 0.01);
  EXPECT_NEAR(file.read_occupancy.p95, transfer_ns / 5 * 3, 0.01);
  EXPECT_THAT(file.read_occupancy.source, HasSubstr("assumed: "));
  for (const char* const parameter : {"hold_percent", "migratory"}) {
    EXPECT_THAT(file.parameter_sources.at(parameter), HasSubstr("assumed: "));
  }
}

TEST(MeasuredTopology, IsRefusedForAMachineOfWhichOnlyAPartWasMeasured) {
  MachineCosts costs = example();
  costs.one_line.clear();
  std::vector<std::string> warnings;
  EXPECT_THAT(user_error_of([&] { file_of(costs, warnings); }), HasSubstr("distance 'l3'"));
}

TEST(MeasuredTopology, IsRefusedIfEveryTrialOfACostWasInterrupted) {
  MachineCosts costs = example();
  costs.core.rmw.clear();
  std::vector<std::string> warnings;
  EXPECT_THAT(user_error_of([&] { file_of(costs, warnings); }), HasSubstr("measure again"));
}

TEST(Description, IsHwlocsOwnWhereThatCanBeSimulated) {
  const Topology machine = Topology::from_synthetic("package:2 numa:1 l3:2 core:2 pu:2");
  EXPECT_EQ(simulable_description(machine), machine.synthetic());
}

TEST(Description, HasTheSameCountsWhereOsIndicesHaveGaps) {
  EXPECT_EQ(simulable_description(Topology::from_synthetic(
                "package:2 numa:1 l3:2 core:1 pu:2(indexes=0,1,2,3,10,11,12,13)")),
            "package:2 numa:1 l3:2 core:1 pu:2");
}

TEST(Takeover, IsToldByWhichOfTheOtherCostsIsNearer) {
  EXPECT_TRUE(takes_over({.unread_ns = 100, .read_ns = 8, .owned_ns = 6}));
  EXPECT_FALSE(takes_over({.unread_ns = 100, .read_ns = 95, .owned_ns = 6}));
}

TEST(Slope, IsThatOfTheLeastSquaresLine) {
  EXPECT_DOUBLE_EQ(slope_of({1, 3}), 2);
  EXPECT_DOUBLE_EQ(slope_of({5, 5, 5}), 0);
  EXPECT_DOUBLE_EQ(slope_of({0, 1, 5}), 2.5);
}

TEST(CoreCosts, AreTimesOfUndisturbedTrials) {
  const CoreCosts costs = measure_core_costs(Topology::host().processors().front());
  for (const auto* ns : {&costs.load_hit, &costs.store_hit, &costs.rmw, &costs.operation,
                         &costs.pause, &costs.memory}) {
    EXPECT_THAT(*ns, Each(Ge(0.0)));
    EXPECT_LE(ns->size(), 101U);
  }
}

TEST(Exchanges, EndWithoutANumberIfTheThreadsNeverRunTogether) {
  const int processor = Topology::host().processors().front();
  EXPECT_FALSE(measure_dirty_read(processor, processor).has_value());
  EXPECT_FALSE(measure_hold_percent(processor, processor).has_value());
}

TEST(Exchanges, BetweenTwoProcessorsAreTimesOrNothing) {
  const std::vector<int> processors = Topology::host().processors();
  if (processors.size() < 2) GTEST_SKIP() << "needs two processors";
  if (const auto costs = measure_dirty_read(processors[0], processors[1])) {
    EXPECT_GT(costs->unread_ns, 0);
    EXPECT_GT(costs->read_ns, 0);
    EXPECT_GT(costs->owned_ns, 0);
  }
  const std::optional<double> percent = measure_hold_percent(processors[0], processors[1]);
  EXPECT_GE(percent.value_or(0), 0);
  EXPECT_LE(percent.value_or(0), 100);
}

TEST(ReadOccupancy, NeedsThreeProcessors) {
  EXPECT_THAT(measure_read_occupancy({0, 1}), IsEmpty());
  const std::vector<int> processors = Topology::host().processors();
  if (processors.size() < 3) GTEST_SKIP() << "needs three processors";
  EXPECT_THAT(measure_read_occupancy({processors[0], processors[1], processors[2]}), Each(Ge(0.0)));
}

}  // namespace
}  // namespace spinlab
