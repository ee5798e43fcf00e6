#include "machines/simulated/timing_wheel.hpp"

#include <gtest/gtest.h>

#include <map>

#include "machines/splitmix.hpp"

namespace spinlab::simulated {
namespace {

TEST(TimingWheel, HasNoNextEventWhenItIsEmpty) {
  TimingWheel wheel;
  EXPECT_EQ(wheel.next(), TimingWheel::kNever);
  wheel.push(0, 5, 1);
  wheel.pop();
  EXPECT_EQ(wheel.next(), TimingWheel::kNever);
}

TEST(TimingWheel, GivesEventsOfOneTimeInTheOrderOfTheirEntry) {
  TimingWheel wheel;
  for (std::uint32_t event : {7U, 3U, 9U}) wheel.push(0, 100, event);
  EXPECT_EQ(wheel.pop(), 7U);
  EXPECT_EQ(wheel.pop(), 3U);
  EXPECT_EQ(wheel.pop(), 9U);
}

TEST(TimingWheel, GivesAnEventThatEnteredFromFarAwayBeforeALaterOneOfTheSameTime) {
  TimingWheel wheel;
  wheel.push(0, 80'000, 1);
  wheel.push(0, 79'000, 2);
  EXPECT_EQ(wheel.pop(), 2U);
  wheel.push(79'000, 80'000, 3);
  EXPECT_EQ(wheel.pop(), 1U);
  EXPECT_EQ(wheel.pop(), 3U);
}

// Against a sorted map, with distances from none to far beyond the wheel.
TEST(TimingWheel, KeepsTheOrderOfASortedMap) {
  const std::uint64_t seed = 2026;
  SCOPED_TRACE(seed);
  SplitMix random(seed);
  TimingWheel wheel;
  std::multimap<Ticks, std::uint32_t> sorted;
  Ticks now = 0;
  std::uint32_t event = 0;
  for (int step = 0; step < 200'000; ++step) {
    if (sorted.empty() || random.below(100) < 50) {
      const std::uint32_t reach = 1U << random.below(17);
      const Ticks due = now + random.below(reach);
      wheel.push(now, due, event);
      sorted.emplace(due, event++);
    } else {
      ASSERT_EQ(wheel.next(), sorted.begin()->first);
      now = wheel.next();
      ASSERT_EQ(wheel.pop(), sorted.begin()->second);
      sorted.erase(sorted.begin());
    }
  }
}

}  // namespace
}  // namespace spinlab::simulated
