// The collapse of the ticket lock against a Markov chain; see collapse_chain.hpp.
#include <gtest/gtest.h>

#include <string>

#include "tests/machines/simulated/collapse_chain.hpp"

namespace spinlab::simulated {
namespace {

class Collapse : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Cores, Collapse, testing::Values(8, 16, 24, 32, 48, 64, 128));

TEST_P(Collapse, FollowsTheChainWithoutReadCost) {
  const double expected = chain_speed_up(GetParam(), 0);
  EXPECT_NEAR(simulated_speed_up(GetParam(), 0), expected, 0.1 * expected);
}

TEST_P(Collapse, FollowsTheChainWithReadCost) {
  const double expected = chain_speed_up(GetParam(), 120);
  const double simulated = simulated_speed_up(GetParam(), 120);
  RecordProperty("chain", std::to_string(expected));
  RecordProperty("simulated", std::to_string(simulated));
  EXPECT_NEAR(simulated, expected, 0.1 * expected);
}

// The published figures, so that the chain above is theirs.
TEST(Chain, IsThePublishedOne) {
  EXPECT_NEAR(chain_speed_up(16, 120), 15.0, 0.05);
  EXPECT_NEAR(chain_speed_up(32, 120), 6.7, 0.05);
  EXPECT_NEAR(chain_speed_up(128, 120), 1.6, 0.05);
  EXPECT_NEAR(chain_speed_up(128, 0), 31.0, 0.05);
}

}  // namespace
}  // namespace spinlab::simulated
