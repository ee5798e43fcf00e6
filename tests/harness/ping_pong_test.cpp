// The ping-pong's structure and its ends; not its times.
#include "harness/ping_pong.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "harness/pinned_thread.hpp"

namespace spinlab {
namespace {

using testing::ElementsAre;
using testing::IsSupersetOf;

PingPongEffort small_effort() {
  PingPongEffort effort;
  effort.trials = 3;
  effort.round_trips = 50;
  effort.pair_limit_ns = 100e6;
  return effort;
}

TEST(PingPong, HasNoPairOfASingleProcessor) {
  const PingPong result = measure_ping_pong({5}, small_effort());
  EXPECT_THAT(result.processors, ElementsAre(5));
  EXPECT_THAT(result.one_line_ns, ElementsAre(ElementsAre(0.0)));
  EXPECT_EQ(result.trials, 0);
}

TEST(PingPong, MeasuresEachPairOnceAndWritesItTwice) {
  const std::vector<int> processors = Topology::host().processors();
  if (processors.size() < 2) GTEST_SKIP() << "needs two processors";
  PingPongEffort effort = small_effort();
  std::vector<int> progress;
  effort.progress = [&progress](int done, int pairs) {
    EXPECT_EQ(pairs, 1);
    progress.push_back(done);
  };
  const PingPong result = measure_ping_pong({processors[0], processors[1]}, effort);
  EXPECT_THAT(progress, ElementsAre(1));
  EXPECT_EQ(result.trials, 6);  // Of both kinds.
  for (const auto* matrix : {&result.one_line_ns, &result.two_lines_ns}) {
    EXPECT_EQ((*matrix)[0][0], 0.0);
    const double there = (*matrix)[0][1];
    const double back = (*matrix)[1][0];
    // On a busy host all trials may have been interrupted.
    EXPECT_TRUE(there > 0 || std::isnan(there)) << there;
    EXPECT_TRUE(there == back || (std::isnan(there) && std::isnan(back)));
  }
}

TEST(PingPong, EndsWithoutANumberIfTheThreadsNeverRunTogether) {
  // Both on one processor: each hand-over takes a preemption, too long for any trial to end.
  const int processor = Topology::host().processors().front();
  PingPongEffort effort = small_effort();
  effort.pair_limit_ns = 1e6;
  const PingPong result = measure_ping_pong({processor, processor}, effort);
  if (!result.pinned) GTEST_SKIP() << "pinning is refused here";
  EXPECT_TRUE(std::isnan(result.one_line_ns[0][1]));
  EXPECT_TRUE(std::isnan(result.two_lines_ns[0][1]));
  EXPECT_EQ(result.trials_rejected, 6);
}

TEST(PingPong, RejectsATrialInWhichAThreadWasPreempted) {
  // As above, with the time to end: some forty preemptions.
  const int processor = Topology::host().processors().front();
  PingPongEffort effort;
  effort.trials = 1;
  effort.round_trips = 1;
  effort.pair_limit_ns = 2e9;
  const PingPong result = measure_ping_pong({processor, processor}, effort);
  if (!result.pinned) GTEST_SKIP() << "pinning is refused here";
  EXPECT_TRUE(std::isnan(result.one_line_ns[0][1]));
  EXPECT_EQ(result.trials_rejected, 2);
}

TEST(PingPong, SaysIfPinningWasRefused) {
  const int missing = 100'000;
  EXPECT_FALSE(measure_ping_pong({missing, missing + 1}, small_effort()).pinned);
}

TEST(PingPong, TakesAllProcessorsOfASmallMachine) {
  const Topology machine = Topology::from_synthetic("package:2 core:16 pu:2");
  EXPECT_EQ(ping_pong_processors(machine, /*quick=*/true), machine.processors());
}

TEST(PingPong, TakesASampleOfALargeMachineOnlyWhenQuick) {
  const Topology machine = Topology::from_synthetic("package:2 l3:8 core:8 pu:2");
  EXPECT_EQ(ping_pong_processors(machine, /*quick=*/false), machine.processors());
  const std::vector<int> sample = ping_pong_processors(machine, /*quick=*/true);
  EXPECT_LE(sample.size(), 32U);
  EXPECT_TRUE(std::ranges::is_sorted(sample));
  // Siblings, neighbours in an L3, two L3s, two packages.
  EXPECT_THAT(sample, IsSupersetOf({0, 1, 2, 16, 128}));
}

}  // namespace
}  // namespace spinlab
