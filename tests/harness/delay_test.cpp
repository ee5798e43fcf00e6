// The calibrated delay, by its work: how long it takes is for the calibration to say.
#include "harness/delay.hpp"

#include <gtest/gtest.h>

#include "harness/topology.hpp"

namespace spinlab {
namespace {

TEST(Delay, MakesOneAdditionAnIteration) {
  for (std::uint64_t iterations = 0; iterations < 20; ++iterations) {
    EXPECT_EQ(spinlab_delay_chain(iterations), iterations);
  }
  EXPECT_EQ(spinlab_delay_chain(100'003), 100'003U);
}

TEST(Delay, HasARateOfAPlausibleProcessor) {
  const double rate = delay_iterations_per_ns(Topology::host().processors().front());
  EXPECT_GT(rate, 0.0);
  EXPECT_LT(rate, 20.0);  // 20 GHz: the chain would have been optimised away.
}

TEST(Delay, IsCalibratedOnceAProcessor) {
  const int processor = Topology::host().processors().back();
  EXPECT_EQ(delay_iterations_per_ns(processor), delay_iterations_per_ns(processor));
}

}  // namespace
}  // namespace spinlab
