// Placements, on described machines whose processors are numbered along the tree.
#include "harness/placement.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/harness/user_error_of.hpp"

namespace spinlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Processor = 16 package + 8 node + 4 L3 + 2 core + sibling.
Topology deep() { return Topology::from_synthetic("package:2 numa:2 l3:2 core:2 pu:2"); }
// Processor = 8 package + 2 core + sibling; no L3, one node for all.
Topology flat() { return Topology::from_synthetic("package:2 core:4 pu:2"); }

const std::vector<std::string> kAllNames{"compact", "scatter", "smt",    "core",
                                         "l3",      "node",    "package"};

TEST(Placement, CompactFillsSiblingsThenNeighbours) {
  EXPECT_THAT(place(deep(), "compact", 5), ElementsAre(0, 1, 2, 3, 4));
}

TEST(Placement, ScatterSpreadsOverPackagesThenNodesThenL3sThenCoresThenSiblings) {
  const std::vector<int> processors = place(deep(), "scatter", 18);
  EXPECT_THAT(processors, ElementsAre(0, 16, 8, 24, 4, 20, 12, 28,   // An L3 each.
                                      2, 18, 10, 26, 6, 22, 14, 30,  // A core each.
                                      1, 17));                       // Siblings.
}

TEST(Placement, ScatterOnAMachineWithoutL3sAlternatesBetweenPackages) {
  EXPECT_THAT(place(flat(), "scatter", 10), ElementsAre(0, 8, 2, 10, 4, 12, 6, 14, 1, 9));
}

TEST(Placement, SmtFillsACoreBeforeTheNext) {
  EXPECT_THAT(place(flat(), "smt", 4), ElementsAre(0, 1, 2, 3));
}

TEST(Placement, CoreTakesOneThreadACoreBeforeSecondSiblings) {
  EXPECT_THAT(place(flat(), "core", 10), ElementsAre(0, 2, 4, 6, 8, 10, 12, 14, 1, 3));
}

TEST(Placement, L3TakesL3sInTurnAndCoresWithinThem) {
  EXPECT_THAT(place(deep(), "l3", 10), ElementsAre(0, 4, 8, 12, 16, 20, 24, 28, 2, 6));
}

TEST(Placement, NodeTakesNodesInTurnAndCoresWithinThem) {
  EXPECT_THAT(place(deep(), "node", 6), ElementsAre(0, 8, 16, 24, 2, 10));
}

TEST(Placement, PackageTakesPackagesInTurnAndNeighboursWithinThem) {
  EXPECT_THAT(place(deep(), "package", 6), ElementsAre(0, 16, 2, 18, 4, 20));
}

TEST(Placement, FollowsTheTreeAndNotTheNumbering) {
  // Siblings are 8 apart, as on most x86 servers.
  const Topology machine = Topology::from_synthetic("package:2 core:4 pu:2(indexes=2*8:1*2)");
  EXPECT_THAT(place(machine, "compact", 4), ElementsAre(0, 8, 1, 9));
  EXPECT_THAT(place(machine, "core", 4), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(place(machine, "scatter", 4), ElementsAre(0, 4, 1, 5));
}

TEST(Placement, ByAnyNameTakesEachProcessorOnce) {
  const Topology machine = deep();
  for (const std::string_view name : placement_names()) {
    std::vector<int> processors = place(machine, name, 32);
    std::ranges::sort(processors);
    EXPECT_EQ(processors, machine.processors()) << name;
  }
}

TEST(Placement, OfFewerThreadsIsTheBeginningOfThatOfMore) {
  const Topology machine = deep();
  for (const std::string_view name : placement_names()) {
    std::vector<int> more = place(machine, name, 32);
    for (int threads = 32; threads >= 1; --threads) {
      more.resize(static_cast<std::size_t>(threads));
      EXPECT_EQ(place(machine, name, threads), more) << name;
    }
  }
}

TEST(Placement, OnASingleCoreIsThatCore) {
  const Topology machine = Topology::from_synthetic("core:1 pu:1");
  for (const std::string_view name : placement_names()) {
    EXPECT_THAT(place(machine, name, 1), ElementsAre(0)) << name;
  }
}

TEST(Placement, WithAnUnknownNameIsRefusedWithTheKnownOnes) {
  EXPECT_THAT(user_error_of([] { place(flat(), "densest", 1); }),
              HasSubstr("there is no placement 'densest'; there are compact, scatter, smt, core, "
                        "l3, node, package"));
}

TEST(Placement, OfNoThreadsIsRefused) {
  EXPECT_THAT(user_error_of([] { place(flat(), "core", 0); }), HasSubstr("cannot place 0 threads"));
  EXPECT_THROW(place(flat(), "core", -1, Oversubscribe::kYes), UserError);
}

TEST(Placement, OfMoreThreadsThanProcessorsIsRefusedUnlessAskedFor) {
  const Topology machine = Topology::from_synthetic("core:2 pu:1");
  EXPECT_THAT(user_error_of([&] { place(machine, "compact", 3); }),
              HasSubstr("unless --oversubscribe is given"));
  EXPECT_THAT(place(machine, "compact", 5, Oversubscribe::kYes), ElementsAre(0, 1, 0, 1, 0));
}

TEST(DistinctPlacements, AreAllOneWhereEachProcessorIsTaken) {
  EXPECT_THAT(distinct_placements(deep(), 32, kAllNames), ElementsAre("compact"));
}

TEST(DistinctPlacements, DifferByTheSetOfProcessors) {
  // Two threads: siblings; two packages; neighbouring cores; neighbouring L3s and nodes.
  EXPECT_THAT(distinct_placements(deep(), 2, kAllNames),
              ElementsAre("compact", "scatter", "core", "l3", "node"));
}

TEST(DistinctPlacements, LetTheFirstOfTheGivenNamesStandForTheOthers) {
  const std::vector<std::string> names{"smt", "compact", "package", "scatter"};
  EXPECT_THAT(distinct_placements(flat(), 2, names), ElementsAre("smt", "package"));
}

TEST(DistinctPlacements, DoNotDifferByTheOrderOfThreads) {
  const Topology machine = Topology::from_synthetic("package:2 core:2 pu:1");
  const std::vector<std::string> names{"compact", "scatter"};
  ASSERT_NE(place(machine, "compact", 4), place(machine, "scatter", 4));
  EXPECT_THAT(distinct_placements(machine, 4, names), ElementsAre("compact"));
}

TEST(DistinctPlacements, CountHowOftenAProcessorIsTaken) {
  const Topology machine = Topology::from_synthetic("package:2 core:2 pu:1");
  const std::vector<std::string> names{"compact", "scatter"};
  EXPECT_THAT(distinct_placements(machine, 6, names, Oversubscribe::kYes),
              ElementsAre("compact", "scatter"));
}

TEST(DistinctPlacements, SayWhichNamesShareASet) {
  const std::vector<PlacementGroup> groups = group_placements(flat(), 2, kAllNames);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_THAT(groups[0].names, ElementsAre("compact", "smt"));
  EXPECT_THAT(groups[1].names, ElementsAre("scatter", "l3", "package"));
  EXPECT_THAT(groups[2].names, ElementsAre("core", "node"));
  EXPECT_THAT(groups[1].processors, ElementsAre(0, 8));
}

}  // namespace
}  // namespace spinlab
