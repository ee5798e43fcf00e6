// Advice from made-up windows: which locks cannot be told from the best.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "harness/recommend.hpp"
#include "tests/harness/made_up_windows.hpp"

namespace spinlab {
namespace {

using testing::ElementsAre;

// The blocks drift by +-30 %, so that the plain intervals of all four locks overlap.
TEST(Recommend, PairsInsideBlocksToTellTies) {
  MadeUpWindows windows;
  windows.add_rate(kSaturated, "best", 5e6);
  windows.add_rate(kSaturated, "near", 5e6 * 0.99);
  windows.add_rate(kSaturated, "far", 5e6 * 0.9);
  windows.add_rate(kSaturated, "farther", 5e6 * 0.8);
  const Choice choice = windows.advise().cells[0].choices[0];
  EXPECT_EQ(choice.lock.name, "best");
  EXPECT_THAT(choice.ties, ElementsAre("near"));
  EXPECT_EQ(choice.more_ties, 0);
}

TEST(Recommend, CountsALockWhoseRatioSpreadsAcrossOneAsATie) {
  MadeUpWindows windows;
  windows.add_rate(kSaturated, "steady", 5e6);
  for (int block = 0; block < kBlocks; ++block) {
    const double drift = 1 + 0.3 * std::sin(block * 1.7);
    windows.add(kSaturated, "moody", block, 0,
                {{"acquisitions_per_second", (block % 2 == 0 ? 3.5e6 : 6e6) * drift},
                 {"handovers_per_acquisition", 1}});
  }
  windows.add_rate(kSaturated, "slow", 1e6);
  windows.add_rate(kSaturated, "slower", 0.9e6);
  EXPECT_THAT(windows.advise().cells[0].choices[0].ties, ElementsAre("moody"));
}

TEST(Recommend, NamesAtMostHalfOfTheLocksNearestFirstAndCountsTheRest) {
  MadeUpWindows windows;
  for (int i = 0; i < 10; ++i) {
    windows.add_rate(kAlone, "lock" + std::string(1, static_cast<char>('0' + i)),
                     1e8 * (1 - 0.001 * i));
  }
  const Choice choice = windows.advise().cells[0].choices[0];
  EXPECT_EQ(choice.lock.name, "lock0");
  EXPECT_THAT(choice.ties, ElementsAre("lock1", "lock2", "lock3", "lock4"));
  EXPECT_EQ(choice.more_ties, 5);
}

TEST(Recommend, PairsWindowsWhereBlocksAreFew) {
  MadeUpWindows windows;
  windows.blocks = 2;
  windows.add_rate(kSaturated, "best", 5e6);
  windows.add_rate(kSaturated, "near", 5e6 * 0.99);
  windows.add_rate(kSaturated, "far", 5e6 * 0.9);
  windows.add_rate(kSaturated, "farther", 5e6 * 0.8);
  EXPECT_THAT(windows.advise().cells[0].choices[0].ties, ElementsAre("near"));
}

TEST(Recommend, LetsTheSpreadOfWindowsMakeATieWhereBlocksAreFew) {
  MadeUpWindows windows;
  const std::vector<double> moody{8e6, 9e6, 9e6, 9e6, 9e6, 10.5e6};  // Median ratio 0.9.
  for (int repetition = 0; repetition < 6; ++repetition) {
    const auto index = static_cast<std::size_t>(repetition);
    windows.add(kAlone, "steady", 0, repetition, {{"acquisitions_per_second", 10e6}});
    windows.add(kAlone, "moody", 0, repetition, {{"acquisitions_per_second", moody[index]}});
    windows.add(kAlone, "slow", 0, repetition, {{"acquisitions_per_second", 5e6}});
    windows.add(kAlone, "slower", 0, repetition, {{"acquisitions_per_second", 4e6}});
  }
  EXPECT_THAT(windows.advise().cells[0].choices[0].ties, ElementsAre("moody"));
}

TEST(Recommend, TiesOnlyLocksThatWorkAlike) {
  MadeUpWindows windows;
  windows.add_rate(kSaturated, "fair", 5e6, 1);
  windows.add_rate(kSaturated, "fair2", 5e6, 1);
  windows.add_rate(kSaturated, "greedy", 5.2e6, 0.1);
  windows.add_rate(kSaturated, "greedy2", 5.2e6, 0.1);
  const auto choices = windows.advise().cells[0].choices;
  ASSERT_EQ(choices.size(), 2U);
  EXPECT_THAT(choices[0].ties, ElementsAre("fair2"));
  EXPECT_THAT(choices[1].ties, ElementsAre("greedy2"));
}

// What the choice of ties is for: a second run names one of the locks of the first.
TEST(Recommend, AgreesWithItselfFromRunToRun) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  std::normal_distribution<double> spread(0, 0.05);
  const auto named = [&] {
    MadeUpWindows windows;
    for (int block = 0; block < kBlocks; ++block) {
      const double drift = std::exp(3 * spread(random));
      for (int lock = 0; lock < 10; ++lock) {
        const double process = std::exp(spread(random));
        for (int repetition = 0; repetition < kRepetitions; ++repetition) {
          const double rate = 1e6 * (1 - 0.02 * lock) * drift * process * std::exp(spread(random));
          windows.add(kAlone, std::to_string(lock), block, repetition,
                      {{"acquisitions_per_second", rate}});
        }
      }
    }
    const Choice choice = windows.advise().cells[0].choices[0];
    std::set<std::string> names(choice.ties.begin(), choice.ties.end());
    names.insert(choice.lock.name);
    return names;
  };
  constexpr int kPairsOfRuns = 100;
  int disjoint = 0;
  for (int i = 0; i < kPairsOfRuns; ++i) {
    const std::set<std::string> first = named();
    const std::set<std::string> second = named();
    EXPECT_LE(first.size(), 5U);
    disjoint += std::ranges::none_of(first, [&](auto& name) { return second.contains(name); });
  }
  EXPECT_LE(disjoint, 3);
}

}  // namespace
}  // namespace spinlab
