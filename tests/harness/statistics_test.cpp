// Statistics against values computed by hand, published ranks, and their own promise: coverage.
#include "harness/statistics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>
#include <vector>

namespace spinlab {
namespace {

using testing::ElementsAre;

TEST(Median, IsTheMiddleOrTheMeanOfTheMiddleTwo) {
  EXPECT_DOUBLE_EQ(median(std::vector{7.0}), 7);
  EXPECT_DOUBLE_EQ(median(std::vector{9.0, 1.0, 5.0}), 5);
  EXPECT_DOUBLE_EQ(median(std::vector{9.0, 1.0, 5.0, 2.0}), 3.5);
}

TEST(Quantile, InterpolatesBetweenRanks) {
  const std::vector<double> values{40, 10, 30, 20};
  EXPECT_DOUBLE_EQ(quantile(values, 0), 10);
  EXPECT_DOUBLE_EQ(quantile(values, 1), 40);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 17.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0.9), 37);
}

TEST(Statistics, RefuseEmptySamples) {
  EXPECT_THROW(median({}), std::invalid_argument);
  EXPECT_THROW(interval_of_median({}), std::invalid_argument);
  EXPECT_THROW(jain_index({}), std::invalid_argument);
}

// Conover, Practical Nonparametric Statistics, and any binomial table.
TEST(RankOf95Interval, IsThePublishedOne) {
  const std::vector<std::pair<std::size_t, std::size_t>> table{
      {6, 1},  {7, 1},  {8, 1},  {9, 2},   {10, 2},  {11, 2},  {12, 3},  {15, 4},
      {17, 5}, {20, 6}, {25, 8}, {30, 10}, {40, 14}, {50, 18}, {100, 40}};
  for (const auto& [n, rank] : table) EXPECT_EQ(rank_of_95_interval(n), rank) << "n = " << n;
}

TEST(RankOf95Interval, ExistsFromSixValuesOn) {
  for (std::size_t n = 0; n < 6; ++n) EXPECT_EQ(rank_of_95_interval(n), std::nullopt);
}

// 2^-5000 is no double: n/2 - 0.98 sqrt(n) stands in for the sum.
TEST(RankOf95Interval, WorksForMoreValuesThanPowersOfTwoReach) {
  ASSERT_TRUE(rank_of_95_interval(5000));
  EXPECT_NEAR(static_cast<double>(*rank_of_95_interval(5000)), 2500 - 0.98 * 70.71, 1.5);
}

TEST(IntervalOfMedian, IsTheWholeRangeAndSaysSoBelowSixValues) {
  EXPECT_EQ(interval_of_median(std::vector{3.0, 1.0, 2.0, 5.0, 4.0}), (Interval{1, 5, false}));
}

TEST(IntervalOfMedian, LiesBetweenTheRanks) {
  std::vector<double> values;
  for (int i = 10; i > 0; --i) values.push_back(i);
  EXPECT_EQ(interval_of_median(values), (Interval{2, 9, true}));
}

// Skewed on purpose: the interval promises coverage for any distribution.
TEST(IntervalOfMedian, CoversTheMedianInAtLeast95PercentOfSamples) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  std::exponential_distribution<double> waits(1);
  const double true_median = std::log(2.0);
  constexpr int kTrials = 4000;
  for (const std::size_t n : {6U, 10U, 20U, 41U}) {
    int covered = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
      std::vector<double> values(n);
      for (double& value : values) value = waits(random);
      const Interval interval = interval_of_median(values);
      covered += interval.low <= true_median && true_median <= interval.high;
    }
    // 0.95 less five standard errors.
    EXPECT_GE(covered, static_cast<int>(kTrials * (0.95 - 0.0175))) << "n = " << n;
  }
}

TEST(Hull, ContainsBoth) {
  EXPECT_EQ(hull({1, 3, false}, {2, 5, true}), (Interval{1, 5, true}));
  EXPECT_EQ(hull({2, 5, false}, {1, 3, false}), (Interval{1, 5, false}));
}

TEST(JainIndex, GoesFromOneShareOfAllToEqualShares) {
  EXPECT_DOUBLE_EQ(jain_index(std::vector{5.0, 5.0, 5.0}), 1);
  EXPECT_DOUBLE_EQ(jain_index(std::vector{9.0, 0.0, 0.0, 0.0}), 0.25);
  EXPECT_DOUBLE_EQ(jain_index(std::vector{1.0, 3.0}), 0.8);  // 16 / (2 * 10)
  EXPECT_DOUBLE_EQ(jain_index(std::vector{0.0, 0.0}), 1);
}

TEST(PairedRatios, DivideMediansOfTheSameBlock) {
  const std::vector<BlockValue> top{{1, 10}, {0, 1}, {0, 3}, {0, 2}, {3, 8}};
  const std::vector<BlockValue> bottom{{0, 4}, {1, 5}, {2, 1}, {3, 0}};
  // Block 0: 2 / 4. Block 1: 10 / 5. Block 2 has no numerator, block 3 no positive denominator.
  EXPECT_THAT(paired_ratios(top, bottom), ElementsAre(0.5, 2.0));
}

TEST(PairedRatios, CancelWhatDriftsFromBlockToBlock) {
  std::vector<BlockValue> top;
  std::vector<BlockValue> bottom;
  for (int block = 0; block < 8; ++block) {
    const double drift = 1 + block;
    top.push_back({block, 3 * drift});
    bottom.push_back({block, 2 * drift});
  }
  const Estimate ratio = estimate_median(paired_ratios(top, bottom));
  EXPECT_DOUBLE_EQ(ratio.median, 1.5);
  EXPECT_DOUBLE_EQ(ratio.interval.low, ratio.interval.high);
  EXPECT_EQ(ratio.n, 8U);
}

TEST(VerdictOfPair, HoldsIfMedianMeetsTheBoundAndTheIntervalIsPrecise) {
  const std::vector<double> ratios{0.98, 0.99, 1.00, 1.00, 1.01, 1.02};
  EXPECT_EQ(verdict_of_pair(ratios, {1.05}), Verdict::kHolds);
  EXPECT_EQ(verdict_of_pair(ratios, {0.95, RatioBound::Side::kAtLeast}), Verdict::kHolds);
}

TEST(VerdictOfPair, DoesNotHoldIfThePreciseMedianMisses) {
  const std::vector<double> ratios{1.06, 1.07, 1.08, 1.08, 1.09, 1.10};
  EXPECT_EQ(verdict_of_pair(ratios, {1.05}), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of_pair(ratios, {1.2, RatioBound::Side::kAtLeast}), Verdict::kDoesNotHold);
}

TEST(VerdictOfPair, DoesNotHoldIfAllOfAWideIntervalMisses) {
  const std::vector<double> ratios{2, 2.5, 3, 3, 3.5, 4};
  EXPECT_EQ(verdict_of_pair(ratios, {1.05}), Verdict::kDoesNotHold);
}

TEST(VerdictOfPair, CannotTellFromAWideInterval) {
  const std::vector<double> ratios{0.8, 0.9, 1.0, 1.0, 1.1, 1.2};
  EXPECT_EQ(verdict_of_pair(ratios, {1.05}), Verdict::kCannotTell);
  EXPECT_EQ(verdict_of_pair(ratios, {2.0}), Verdict::kCannotTell);
}

TEST(VerdictOfPair, CannotTellFromFewerThanSixBlocks) {
  EXPECT_EQ(verdict_of_pair(std::vector{1.0, 1.0, 1.0, 1.0, 1.0}, {1.05}), Verdict::kCannotTell);
  EXPECT_EQ(verdict_of_pair({}, {1.05}), Verdict::kCannotTell);
}

TEST(VerdictOfPair, CannotTellAtExactlyTenPercent) {
  const std::vector<double> ratios{1.0, 1.0, 1.0, 1.0, 1.0, 1.1};
  EXPECT_EQ(verdict_of_pair(ratios, {1.05}), Verdict::kCannotTell);
}

}  // namespace
}  // namespace spinlab
