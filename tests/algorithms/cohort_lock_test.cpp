// Which cohort enters next, with threads that say themselves on which NUMA node they are.
#include "algorithms/cohort_lock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <list>
#include <thread>
#include <vector>

#include "algorithms/cohort_mcs_lock.hpp"
#include "tests/algorithms/watched_machine.hpp"
#include "tests/contention.hpp"

namespace spinlab {
namespace {

using M = WatchedMachine;

template <std::uint32_t kLocalHandovers, std::uint32_t kNodes = 4>
using OfTickets = BasicCohortLock<M, GlobalTickets<M>, TicketLock<M>, kLocalHandovers, kNodes>;
template <std::uint32_t kLocalHandovers, std::uint32_t kNodes = 4>
using OfMcs = BasicCohortLock<M, GlobalTickets<M>, McsLock<M>, kLocalHandovers, kNodes>;

using Order = std::vector<std::size_t>;

// The holder is on node 0. Threads on these nodes queue one after the other; then it releases.
// Returns their places in the order of arrival, in the order in which they entered.
template <class Lock>
Order order_of_entry(const std::vector<std::uint32_t>& nodes) {
  Lock lock;
  typename Lock::Node holder;
  Order entered;
  std::list<std::jthread> threads;
  M::here = 0;
  lock.acquire(holder);
  for (std::size_t place = 0; place < nodes.size(); ++place) {
    const int waits_before = M::waits;
    threads.emplace_back([&, place] {
      typename Lock::Node node;
      M::here = nodes[place];
      lock.acquire(node);
      entered.push_back(place);
      lock.release(node);
    });
    M::await_waits(waits_before + 1);
  }
  lock.release(holder);
  threads.clear();  // Joins.
  EXPECT_FALSE(lock.is_held());
  return entered;
}

template <class>
class CohortLevels : public testing::Test {};

struct Tickets {
  template <std::uint32_t kLocalHandovers>
  using Lock = OfTickets<kLocalHandovers>;
};
struct Mcs {
  template <std::uint32_t kLocalHandovers>
  using Lock = OfMcs<kLocalHandovers>;
};
using Levels = testing::Types<Tickets, Mcs>;
TYPED_TEST_SUITE(CohortLevels, Levels);

TYPED_TEST(CohortLevels, IsFifoOnOneNode) {
  using Lock = typename TypeParam::template Lock<64>;
  EXPECT_EQ(order_of_entry<Lock>({0, 0, 0, 0}), (Order{0, 1, 2, 3}));
  EXPECT_EQ(order_of_entry<Lock>({1, 1, 1, 1}), (Order{0, 1, 2, 3}));
}

TYPED_TEST(CohortLevels, AHandOverOnTheNodeKeepsTheGlobalLock) {
  using Lock = typename TypeParam::template Lock<64>;
  EXPECT_EQ(order_of_entry<Lock>({1, 0, 1, 0}), (Order{1, 3, 0, 2}));
}

TYPED_TEST(CohortLevels, ServesTheNodesInTheOrderInWhichTheirFirstThreadsCame) {
  using Lock = typename TypeParam::template Lock<64>;
  EXPECT_EQ(order_of_entry<Lock>({2, 1, 2, 3, 1}), (Order{0, 2, 1, 4, 3}));
}

TYPED_TEST(CohortLevels, LeavesTheNodeAfterSoManyHandOversAndQueuesItsNextThread) {
  using One = typename TypeParam::template Lock<1>;
  using Two = typename TypeParam::template Lock<2>;
  EXPECT_EQ(order_of_entry<One>({0, 0, 0, 1, 2, 1, 1}), (Order{0, 3, 5, 4, 1, 2, 6}));
  EXPECT_EQ(order_of_entry<Two>({0, 0, 0, 1, 1, 1, 1}), (Order{0, 1, 3, 4, 5, 2, 6}));
}

// Nobody waits elsewhere: the cohort that gives up the global lock is next again.
TYPED_TEST(CohortLevels, GoesOnBeyondTheLimitWhereNobodyElseWaits) {
  using Lock = typename TypeParam::template Lock<1>;
  EXPECT_EQ(order_of_entry<Lock>({0, 0, 0, 0, 0}), (Order{0, 1, 2, 3, 4}));
}

TYPED_TEST(CohortLevels, NodesBeyondTheCohortsShareThem) {
  using Lock = typename TypeParam::template Lock<64>;  // Four cohorts.
  EXPECT_EQ(order_of_entry<Lock>({5, 4, 1, 8}), (Order{1, 3, 0, 2}));
}

TYPED_TEST(CohortLevels, ReleasesTheCohortThatItAcquiredWhereverTheThreadIsThen) {
  typename TypeParam::template Lock<1> lock;
  typename TypeParam::template Lock<1>::Node node;
  for (std::uint32_t turn = 0; turn < 8; ++turn) {
    M::here = turn % 4;
    if (turn < 4)
      lock.acquire(node);
    else
      ASSERT_TRUE(lock.try_acquire(node));
    EXPECT_TRUE(lock.is_held());
    M::here = (turn + 1) % 4;
    lock.release(node);
    EXPECT_FALSE(lock.is_held());
  }
}

TYPED_TEST(CohortLevels, ATryFailsOnEveryNodeAndLeavesNothingBehind) {
  using Lock = typename TypeParam::template Lock<1>;
  Lock lock;
  typename Lock::Node holder, visitor;
  M::here = 0;
  lock.acquire(holder);
  for (M::here = 0; M::here < 4; ++M::here) EXPECT_FALSE(lock.try_acquire(visitor)) << M::here;
  lock.release(holder);
  for (M::here = 0; M::here < 4; ++M::here) {
    EXPECT_TRUE(lock.try_acquire(visitor)) << M::here;
    lock.release(visitor);
  }
}

TYPED_TEST(CohortLevels, ExcludesAcrossNodes) {
  const auto expect_of = [](auto lock_of) {
    typename decltype(lock_of)::type lock;
    std::atomic<std::uint32_t> visits = 0;
    expect_exclusion(contend([&](Section& section, bool linger) {
      typename decltype(lock_of)::type::Node node;
      M::here = visits++ % 3;  // Threads move, inside as well.
      if (!lock.try_acquire(node)) lock.acquire(node);
      section.visit(linger);
      M::here = visits++ % 3;
      lock.release(node);
    }));
    EXPECT_FALSE(lock.is_held());
  };
  expect_of(std::type_identity<typename TypeParam::template Lock<1>>{});
  expect_of(std::type_identity<typename TypeParam::template Lock<3>>{});
  expect_of(std::type_identity<typename TypeParam::template Lock<64>>{});
}

// Locks that lie in static storage need no code before main().
[[maybe_unused]] constinit CohortLock<Native> in_static_storage;
[[maybe_unused]] constinit CohortMcsLock<Native> of_mcs_in_static_storage;

// The header's formula: with few threads a tenure covers them all.
static_assert(OfTickets<64, 4>::bypass_bound(8) == 3 * 64);
static_assert(OfTickets<1, 2>::bypass_bound(3) == 1);
static_assert(OfTickets<1, 2>::bypass_bound(4) == 3);

// Levels do not share lines, and neither do cohorts.
static_assert(sizeof(OfTickets<64, 4>) == (2 + 4) * M::kLineBytes);
static_assert(alignof(OfTickets<64, 4>) == M::kLineBytes);

}  // namespace
}  // namespace spinlab
