// The bookkeeping between batches, fed with time stamps of the test's own.
#include "harness/timed_loop.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "harness/clock.hpp"
#include "harness/window_metrics.hpp"

namespace spinlab {
namespace {

constexpr std::uint64_t kStart = 1000;  // Long past: beginning does not wait.
constexpr std::uint64_t kSlice = 10'000;

std::unique_ptr<spinlab_worker> begun_worker(std::uint64_t slices) {
  auto worker = std::make_unique<spinlab_worker>();
  worker->start_tick = kStart;
  worker->slice_ticks = kSlice;
  worker->slice_count = slices;
  worker->gap_ticks = 5000;
  worker->batch_ticks = 1000;
  spinlab_begin_window(worker.get());
  return worker;
}

TEST(TimedLoop, BucketsAreOrderedAndHoldTheirTimes) {
  std::uint32_t bucket_before = 0;
  for (std::uint64_t ticks = 0; ticks < 100'000; ++ticks) {
    const std::uint32_t bucket = spinlab_latency_bucket(ticks);
    ASSERT_GE(bucket, bucket_before);
    ASSERT_NEAR(spinlab_latency_bucket_ticks(bucket), static_cast<double>(ticks),
                1 + static_cast<double>(ticks) * 0.04);
    bucket_before = bucket;
  }
  EXPECT_LT(spinlab_latency_bucket(UINT64_MAX), std::uint32_t{SPINLAB_LATENCY_BUCKETS});
}

TEST(TimedLoop, BooksABatchInTheSliceThatItBeganIn) {
  const auto worker = begun_worker(3);
  EXPECT_NE(spinlab_end_batch(worker.get(), 4, 2, kStart, kStart + 10, kStart + 400), 0U);
  EXPECT_NE(spinlab_end_batch(worker.get(), 3, 1, kStart + 9800, kStart + 9810, kStart + 10400),
            0U);
  EXPECT_EQ(worker->slices[0].acquisitions, 7U);
  EXPECT_EQ(worker->slices[0].handovers, 3U);
  EXPECT_EQ(worker->acquisitions, 7U);
}

TEST(TimedLoop, EndsWithTheLastSlice) {
  const auto worker = begun_worker(2);
  EXPECT_NE(spinlab_end_batch(worker.get(), 1, 0, kStart, kStart, kStart + 2000), 0U);
  EXPECT_EQ(spinlab_end_batch(worker.get(), 1, 0, kStart + 19'000, kStart, kStart + 2 * kSlice),
            0U);
}

TEST(TimedLoop, RejectsEverySliceThatAGapTouches) {
  const auto worker = begun_worker(4);
  spinlab_end_batch(worker.get(), 1, 0, kStart, kStart, kStart + 2000);
  spinlab_end_batch(worker.get(), 1, 0, kStart + 2000, kStart + 2010, kStart + 2 * kSlice + 1);
  EXPECT_NE(worker->slices[0].rejected, 0U);
  EXPECT_NE(worker->slices[1].rejected, 0U);
  EXPECT_NE(worker->slices[2].rejected, 0U);
  EXPECT_EQ(worker->slices[3].rejected, 0U);
}

TEST(TimedLoop, DoublesShortBatchesAndHalvesLongOnes) {
  const auto worker = begun_worker(3);
  EXPECT_EQ(spinlab_end_batch(worker.get(), 4, 0, kStart, kStart, kStart + 100), 8U);
  EXPECT_EQ(spinlab_end_batch(worker.get(), 8, 0, kStart + 100, kStart, kStart + 900), 8U);
  EXPECT_EQ(spinlab_end_batch(worker.get(), 8, 0, kStart + 900, kStart, kStart + 3000), 4U);
  EXPECT_EQ(spinlab_end_batch(worker.get(), 1, 0, kStart + 3000, kStart, kStart + 6000), 1U);
}

TEST(TimedLoop, KeepsNoLatencyOfARejectedSliceButItsMaximum) {
  const auto worker = begun_worker(3);
  spinlab_end_batch(worker.get(), 1, 0, kStart, kStart + 9, kStart + kSlice);  // Warms up.
  spinlab_end_batch(worker.get(), 1, 0, kStart + kSlice, kStart + kSlice + 700,
                    kStart + kSlice + 7001);
  spinlab_end_batch(worker.get(), 1, 0, kStart + kSlice + 7001, kStart + kSlice + 7101,
                    kStart + 2 * kSlice);
  for (const std::uint32_t samples : worker->latency) EXPECT_EQ(samples, 0U);
  EXPECT_EQ(worker->acquire_max_ticks, 700U);
}

// Starvation is what an unfair lock does; a figure without it would praise the lock for it.
TEST(TimedLoop, KeepsASliceInWhichTheLockMadeTheThreadWaitLong) {
  const auto worker = begun_worker(3);
  for (const std::uint64_t begin : {0, 4000, 8000}) {  // The last one ends in the next slice.
    spinlab_end_batch(worker.get(), 1, 0, kStart + begin, kStart + begin, kStart + begin + 4000);
  }
  const std::uint64_t begin = kStart + 12'000;
  spinlab_end_batch(worker.get(), 1, 0, begin, begin + 7000, begin + 7100);
  EXPECT_EQ(worker->slices[1].rejected, 0U);
  EXPECT_EQ(worker->acquire_max_ticks, 7000U);
}

// Two workers, three slices: one warms up, one is kept, one is rejected by the second worker.
TEST(WindowMetrics, JudgesOnlySlicesThatEveryThreadKept) {
  const auto first = begun_worker(3);
  const auto second = begun_worker(3);
  first->slices[0] = {1000, 1000, 0};
  first->slices[1] = {30, 10, 0};
  first->slices[2] = {500, 0, 0};
  second->slices[1] = {10, 10, 0};
  second->slices[2] = {500, 0, 1};
  std::map<std::string, double> counters;
  for (const auto& [name, value] : window_counters({first.get(), second.get()}, ns_per_tick())) {
    counters[name] = value;
  }
  EXPECT_EQ(counters.at("handovers_per_acquisition"), 0.5);
  EXPECT_EQ(counters.at("smallest_share"), 0.25);
  EXPECT_EQ(counters.at("largest_share"), 0.75);
  EXPECT_EQ(counters.at("windows_kept"), 1);
  EXPECT_EQ(counters.at("windows_rejected"), 1);
  // Slices of 40 and 1,000: the median of both is that of all.
  EXPECT_NEAR(counters.at("acquisitions_per_second_all") / counters.at("acquisitions_per_second"),
              520.0 / 40.0, 1e-9);
  EXPECT_FALSE(counters.contains("packets_per_second"));
}

TEST(WindowMetrics, SpeakOfPacketsIfSomeWereSent) {
  const auto first = begun_worker(3);
  const auto second = begun_worker(3);
  for (const auto& worker : {first.get(), second.get()}) {
    worker->packets_sent = 50;
    worker->packets_dropped = 10;
    worker->dpcs = 20;
    worker->slices[1].acquisitions = worker->slices[2].acquisitions = 10;
    worker->packets[1] = worker->packets[2] = 20;
  }
  std::map<std::string, double> counters;
  for (const auto& [name, value] : window_counters({first.get(), second.get()}, ns_per_tick())) {
    counters[name] = value;
  }
  EXPECT_EQ(counters.at("packets_per_dpc"), 2);
  EXPECT_EQ(counters.at("packets_dropped_share"), 0.2);
  EXPECT_NEAR(counters.at("packets_per_second") / counters.at("acquisitions_per_second"), 2, 1e-9);
}

}  // namespace
}  // namespace spinlab
