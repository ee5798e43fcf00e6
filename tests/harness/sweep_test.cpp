// Which cells a sweep has, on machines that only their description is here.
#include "harness/sweep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/block.hpp"
#include "harness/contestants.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

const Topology& two_cores() {
  static const Topology topology = Topology::from_synthetic("package:1 core:2 pu:1");
  return topology;
}

std::set<std::string> names_of(const std::vector<PlannedCell>& cells) {
  std::set<std::string> names;
  for (const PlannedCell& planned : cells) names.insert(planned.cell.to_run_name());
  return names;
}

TEST(Sweep, NamesEachCellOnce) {
  const auto cells = plan_sweep(two_cores(), {});
  EXPECT_EQ(names_of(cells).size(), cells.size());
}

TEST(Sweep, TakesNamedDimensionsWhole) {
  const auto cells = plan_sweep(two_cores(), {.locks = {"tas", "mcs"},
                                              .threads = {"1", "2"},
                                              .workloads = {"empty"},
                                              .loads = {"none", "50", "saturated"},
                                              .interfaces = {"direct", "ke"}});
  EXPECT_EQ(cells.size(), 2U * 2 * 3 * 2);
}

TEST(Sweep, RunsCellsThatUseTheSameProcessorsOnce) {
  // On two cores, compact and scatter are the same two processors.
  for (const PlannedCell& planned : plan_sweep(two_cores(), {})) {
    EXPECT_EQ(planned.cell.placement, "compact");
  }
}

TEST(Sweep, KeepsPlacementsThatDiffer) {
  const Topology two_packages = Topology::from_synthetic("package:2 core:2 pu:1");
  const auto names = names_of(plan_sweep(two_packages, {.locks = {"tas"}, .threads = {"2"}}));
  EXPECT_TRUE(std::ranges::any_of(names, [](const std::string& name) {
    return name.find("placement:scatter") != std::string::npos;
  }));
}

TEST(Sweep, RunsFloorsOnlyWhereNoThreadsShareOne) {
  for (const PlannedCell& planned : plan_sweep(two_cores(), {.locks = {"rmw_store"}})) {
    EXPECT_TRUE(planned.cell.threads == 1 || planned.cell.load == "none");
  }
}

TEST(Sweep, RunsPeersThroughTheirOwnInterfaceOnly) {
  for (const PlannedCell& planned : plan_sweep(two_cores(), {.locks = {"tbb_spin"}})) {
    EXPECT_EQ(planned.cell.interface, "direct");
  }
}

TEST(Sweep, HasOneCellOfPacketsForEachContestantUnlessTheyAreAskedFor) {
  std::set<std::string> locks;
  for (const PlannedCell& planned : plan_sweep(two_cores(), {})) {
    const Cell& cell = planned.cell;
    if (cell.workload != "packet_queue") continue;
    EXPECT_TRUE(locks.insert(cell.lock).second) << cell.to_run_name();
    EXPECT_EQ(cell.threads, 2);
    EXPECT_EQ(cell.interface, "direct");
    EXPECT_EQ(cell.load, "saturated");
  }
  EXPECT_THAT(locks, testing::IsSupersetOf({"mcs", "tbb_spin"}));
  EXPECT_EQ(plan_sweep(two_cores(), {.locks = {"mcs"}, .workloads = {"packet_queue"}}).size(), 2U);
}

TEST(Sweep, HasInterruptsForLocksThroughTheirInterfacesOnly) {
  for (const PlannedCell& planned : plan_sweep(two_cores(), {.workloads = {"isr_dpc"}})) {
    EXPECT_EQ(planned.cell.interface, "ke");
    EXPECT_EQ(find_entrant(planned.cell.lock).contestant.kind, kKindLock);
  }
  const auto cells = plan_sweep(two_cores(), {.locks = {"mcs"},
                                              .threads = {"2"},
                                              .workloads = {"isr_dpc"},
                                              .interfaces = {"direct", "ke", "ndis", "instack"}});
  EXPECT_EQ(cells.size(), 3U);
}

TEST(Sweep, CountsThreadsInPowersOfTwoAndAllProcessors) {
  EXPECT_THAT(automatic_thread_counts(6), testing::ElementsAre(1, 2, 4, 6));
  EXPECT_THAT(automatic_thread_counts(1), testing::ElementsAre(1));
}

TEST(Sweep, FiltersByRegularExpressionAndItsNegation) {
  const auto ticket = plan_sweep(two_cores(), {.filter = "/ticket/"});
  const auto others = plan_sweep(two_cores(), {.filter = "-/ticket/"});
  EXPECT_EQ(ticket.size() + others.size(), plan_sweep(two_cores(), {}).size());
  EXPECT_FALSE(ticket.empty());
}

void expect_error(const SweepOptions& options, const char* part) {
  try {
    plan_sweep(two_cores(), options);
    ADD_FAILURE() << "accepted; expected an error with '" << part << "'";
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr(part));
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("\n")));
  }
}

TEST(Sweep, NamesWhatIsWrongAndWhatWouldBeRight) {
  expect_error({.locks = {"tass"}}, "known: tas, ttas");
  expect_error({.workloads = {"full"}}, "known: empty, shared_line");
  expect_error({.loads = {"20"}}, "known: none, 10, 50, 90, saturated");
  expect_error({.placements = {"nearby"}}, "compact");
  expect_error({.interfaces = {"zw"}}, "known: direct, ke, ndis, instack");
  expect_error({.threads = {"0"}}, "0");
  expect_error({.threads = {"3"}}, "--oversubscribe");
  expect_error({.threads = {"two"}}, "auto");
  expect_error({.locks = {"tbb_spin"}, .interfaces = {"ke"}}, "direct");
  expect_error({.workloads = {"isr_dpc"}, .interfaces = {"direct"}}, "isr_dpc");
  expect_error({.filter = "("}, "regular expression");
}

TEST(Sweep, OversubscribesWhenAsked) {
  const auto cells = plan_sweep(
      two_cores(),
      {.locks = {"tas"}, .threads = {"5"}, .loads = {"saturated"}, .oversubscribe = true});
  EXPECT_EQ(cells.front().processors.size(), 5U);
}

TEST(ShuffledOrder, IsAPermutationThatTheSeedDecides) {
  auto order = shuffled_order(100, 1, 0, 0);
  EXPECT_EQ(order, shuffled_order(100, 1, 0, 0));
  EXPECT_NE(order, shuffled_order(100, 2, 0, 0));
  EXPECT_NE(order, shuffled_order(100, 1, 1, 0));
  EXPECT_NE(order, shuffled_order(100, 1, 0, 1));
  std::ranges::sort(order);
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
}

}  // namespace
}  // namespace spinlab
