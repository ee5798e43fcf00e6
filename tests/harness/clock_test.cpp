// The clock, the counter's check and waiting with a deadline: what holds on any host, however busy.
#include "harness/clock.hpp"

#include <gtest/gtest.h>

#include "harness/counter_check.hpp"
#include "harness/hand_over.hpp"
#include "harness/topology.hpp"
#include "machines/native/processor.h"

namespace spinlab {
namespace {

constexpr std::uint64_t kOneHour = 3'600'000'000'000;

TEST(Clock, TicksAtAPlausibleRate) {
  EXPECT_GT(ns_per_tick(), 0.05);    // 20 GHz.
  EXPECT_LT(ns_per_tick(), 1000.0);  // 1 MHz, the slowest counter of any arm64.
}

TEST(Clock, IsCalibratedOnce) { EXPECT_EQ(ns_per_tick(), ns_per_tick()); }

TEST(Clock, ConvertsThereAndBack) {
  EXPECT_NEAR(ns_from_ticks(ticks_from_ns(1e9)), 1e9, ns_per_tick());
  EXPECT_EQ(ticks_from_ns(ns_from_ticks(12'345)), 12'345U);
}

TEST(Clock, TakesANegativeLengthForNone) {
  EXPECT_EQ(ticks_from_ns(-5), 0U);
  EXPECT_EQ(ticks_from_ns(0), 0U);
}

TEST(Clock, NeverGoesBack) {
  std::uint64_t last = monotonic_ns();
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t now = monotonic_ns();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(Clock, AgreesWithItselfOverALongerTime) {
  const std::uint64_t ns = monotonic_ns();
  const std::uint64_t ticks = spinlab_ticks();
  while (monotonic_ns() - ns < 2'000'000) {
  }
  // At least the time waited for, less 1 % of slack for the ratio; no upper end, since this thread
  // may be interrupted between the two readings.
  EXPECT_GE(ns_from_ticks(spinlab_ticks() - ticks), 0.99 * 2'000'000);
}

TEST(CounterCheck, HasNothingAgainstASingleProcessor) {
  EXPECT_TRUE(counter_is_monotone_across({Topology::host().processors().front()}));
}

TEST(CounterCheck, EndsIfBothThreadsAreOnOneProcessor) {
  const int processor = Topology::host().processors().front();
  EXPECT_TRUE(counter_is_monotone_across({processor, processor}));
}

TEST(Deadline, LetsATurnThatIsThereThrough) {
  TurnLine line;
  line.turn.store(7);
  EXPECT_TRUE(Deadline(kOneHour).await(line, 7));
  EXPECT_TRUE(Deadline(0).await(line, 7));
}

TEST(Deadline, EndsTheWaitForATurnThatNeverComes) {
  const TurnLine line;
  const Deadline deadline(1'000'000);
  EXPECT_FALSE(deadline.await(line, 7));
  EXPECT_TRUE(deadline.is_over());
}

TEST(Deadline, IsNotOverBeforeItsTime) { EXPECT_FALSE(Deadline(kOneHour).is_over()); }

}  // namespace
}  // namespace spinlab
