// How long a pace by the cost of looks leaves a line alone.
#include "algorithms/look_cost_pace.hpp"

#include <gtest/gtest.h>

namespace spinlab {
namespace {

TEST(LookCostPace, IsTheSameShareOfTheTimeAtAnyDistance) {
  LookCostPace<4> pace;
  for (const std::uint32_t cost : {1U, 3U, 20U, kMostLookUnits}) EXPECT_EQ(pace(0, cost), 4 * cost);
}

TEST(LookCostPace, DoublesUpToItsMost) {
  LookCostPace<8, 64> pace;
  for (const std::uint32_t times : {8U, 16U, 32U, 64U, 64U}) EXPECT_EQ(pace(0, 5U), 5 * times);
}

}  // namespace
}  // namespace spinlab
