// How many line transfers an acquisition takes, counted by hand.
//
// Plain MESI, a line leaves its owner at once, one latency class, no think time; T threads. A
// section is long against all transfers, so that everybody waits when the holder releases. What
// has waited for a line goes before what its owner does next.
#include <gtest/gtest.h>

#include "algorithms/all_locks.hpp"
#include "tests/machines/simulated/lock_loop.hpp"
#include "tests/machines/simulated/ticket_apart.hpp"
#include "tests/machines/simulated/uniform_model.hpp"

namespace spinlab::simulated {
namespace {

constexpr Ticks kUs = 1000 * kTicksPerNs;

template <template <class> class LockOver>
double transfers(int threads, Ticks section, const Model& model = uniform_model(32, 500),
                 Ticks sections = 4000) {
  LoopOptions options;
  options.inside = section;
  options.warm_up = 100 * section;
  options.end = sections * section;
  const LoopResult result = run_loop<LockOver>(model, threads, options);
  EXPECT_TRUE(result.excluded);
  EXPECT_GT(result.acquisitions, 1000U);
  return result.transfers_per_acquisition;
}

// The counts hold for every hand-over but those at the ends of a run.
constexpr double kEnds = 0.01;

class Misses : public testing::TestWithParam<int> {
 protected:
  int threads() const { return GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(Threads, Misses, testing::Values(2, 3, 4, 8, 16));

// After the first use of every line; TWA's array has some hundred.
TEST(Misses, AreNoneWithOneThread) {
  LoopOptions options;
  options.warm_up = kUs * 1000;
  options.end = kUs * 2000;
  options.outside = kUs / 100;
#define SPINLAB_LOCK(stem, Type)                                                            \
  EXPECT_EQ(run_loop<Type>(uniform_model(1, 500), 1, options).transfers_per_acquisition, 0) \
      << #stem;
#include "algorithms/locks.def"
#undef SPINLAB_LOCK
}

// Each of the T - 1 waiting threads takes the line once in turn, in vain, while the section of 50 ns
// lasts as long as one transfer; the release takes it back, and the next try takes it.
TEST_P(Misses, OfTasAreOneATryAndOneForTheRelease) {
  EXPECT_NEAR(transfers<TasLock>(threads(), 500, uniform_model(32, 500), 40'000), threads() + 1,
              kEnds * threads());
}

// The release takes the line from the T - 1 that read it: 1. They read it again: T - 1. All of them
// find it free and try, and so does the releaser: T. All but the new holder and the last that tried,
// who still has the line, read it once more: T - 2.
TEST_P(Misses, OfTtasAreThreeAThreadLessTwo) {
  EXPECT_NEAR(transfers<TtasLock>(threads(), 5 * kUs), 3 * threads() - 2, kEnds * threads());
}

// The release takes the line: 1, and T - 1 read it again. The releaser draws a ticket on the same
// line: 1, and T - 1 read it again.
TEST_P(Misses, OfTicketOnOneLineAreTwoAThread) {
  EXPECT_NEAR(transfers<TicketLock>(threads(), 5 * kUs), 2 * threads(), kEnds * threads());
}

// Apart: the draw moves the tickets' line: 1. The release takes the other one: 1, and T - 1 read it.
TEST_P(Misses, OfTicketOnTwoLinesAreOneAThreadAndOne) {
  EXPECT_NEAR(transfers<TicketApart>(threads(), 5 * kUs), threads() + 1, kEnds * threads());
}

// The exchange of the tail: 1. The link into the predecessor's node, which read it: 1; the
// predecessor reads the link: 1. The grant into the successor's node: 1; the successor reads it: 1.
// The successor clears its flag for the next time in a node that was shared since: 1.
TEST_P(Misses, OfMcsAreSixWhateverTheThreads) {
  EXPECT_NEAR(transfers<McsLock>(threads(), 5 * kUs), 6, 0.02);
}

// The exchange of the tail: 1. The release writes an element that the successor has read: 1, and
// the successor reads it: 1. It takes the element over and marks it: 1. The next successor's first
// look reads it: 1.
TEST_P(Misses, OfClhAreFiveWhateverTheThreads) {
  EXPECT_NEAR(transfers<ClhLock>(threads(), 5 * kUs), 5, 0.02);
}

// A reader that takes over what was written saves the next write its transfer.
TEST_P(Misses, OfQueuesAreOneLessWhereReadersTakeOver) {
  Model model = uniform_model(32, 500);
  model.migratory = true;
  EXPECT_NEAR(transfers<McsLock>(threads(), 5 * kUs, model), 5, 0.02);
  EXPECT_NEAR(transfers<ClhLock>(threads(), 5 * kUs, model), 4, 0.02);
}

}  // namespace
}  // namespace spinlab::simulated
