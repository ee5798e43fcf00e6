// CNA's two queues, with threads that say themselves on which NUMA node they are.
#include "algorithms/cna_lock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <list>
#include <thread>
#include <vector>

#include "tests/algorithms/watched_machine.hpp"
#include "tests/contention.hpp"

namespace spinlab {
namespace {

using M = WatchedMachine;

// The holder is on node 0. Threads on these nodes queue one after the other; then it releases.
// Returns their places in the queue in the order in which they entered.
template <std::uint32_t kLocalHandovers>
std::vector<std::size_t> order_of_entry(const std::vector<std::uint32_t>& nodes) {
  BasicCnaLock<M, kLocalHandovers> lock;
  typename BasicCnaLock<M, kLocalHandovers>::Node holder;
  std::vector<std::size_t> entered;
  std::list<std::jthread> threads;
  M::here = 0;
  lock.acquire(holder);
  for (std::size_t place = 0; place < nodes.size(); ++place) {
    const int waits_before = M::waits;
    threads.emplace_back([&, place] {
      typename BasicCnaLock<M, kLocalHandovers>::Node node;
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

using Order = std::vector<std::size_t>;

TEST(CnaLock, IsFifoOnOneNode) {
  EXPECT_EQ(order_of_entry<256>({0, 0, 0, 0}), (Order{0, 1, 2, 3}));
  EXPECT_EQ(order_of_entry<256>({1, 1, 1, 1}), (Order{0, 1, 2, 3}));
}

TEST(CnaLock, KeepsTheLockOnANodeAndServesTheOthersAfterIt) {
  EXPECT_EQ(order_of_entry<256>({1, 0, 1, 0}), (Order{1, 3, 0, 2}));
  EXPECT_EQ(order_of_entry<256>({1, 1, 0, 1, 1, 0}), (Order{2, 5, 0, 1, 3, 4}));
}

TEST(CnaLock, ServesTheNodesOfTheSecondaryQueueEachInTurn) {
  EXPECT_EQ(order_of_entry<256>({1, 2, 1, 0}), (Order{3, 0, 2, 1}));
  EXPECT_EQ(order_of_entry<256>({1, 2, 1, 2, 0, 1, 0}), (Order{4, 6, 0, 2, 5, 1, 3}));
}

// The remote ones behind the last local one are still in the main queue then: the others go first.
TEST(CnaLock, PutsTheSecondaryQueueBackInFrontOfTheMainOne) {
  EXPECT_EQ(order_of_entry<256>({1, 0, 2, 2, 1}), (Order{1, 0, 4, 2, 3}));
}

TEST(CnaLock, PassesTheLongestWaitingThreadNoOftenerThanItSays) {
  EXPECT_EQ(order_of_entry<1>({1, 0, 0, 0}), (Order{1, 0, 2, 3}));
  EXPECT_EQ(order_of_entry<2>({1, 0, 0, 0, 0}), (Order{1, 2, 0, 3, 4}));
  EXPECT_EQ(order_of_entry<1>({1, 0, 1, 0}), (Order{1, 0, 2, 3}));
}

// Local threads that never stop, until the remote one has entered.
TEST(CnaLock, LetsARemoteThreadInBetweenLocalOnesThatNeverStop) {
  constexpr std::uint32_t kLocalHandovers = 8;
  using Lock = BasicCnaLock<M, kLocalHandovers>;
  Lock lock;
  Lock::Node holder;
  std::atomic<bool> remote_entered = false;
  int entries = 0, entries_before_remote = 0;
  M::here = 0;
  lock.acquire(holder);
  std::list<std::jthread> threads;
  constexpr int kLocal = 3;
  for (int i = 0; i <= kLocal; ++i) {
    const int waits_before = M::waits;
    const bool is_remote = i == kLocal;
    threads.emplace_back([&, is_remote] {
      Lock::Node node;
      M::here = is_remote ? 1 : 0;
      do {
        lock.acquire(node);
        ++entries;
        if (is_remote) {
          entries_before_remote = entries;
          remote_entered = true;
        }
        lock.release(node);
      } while (!remote_entered);
    });
    M::await_waits(waits_before + 1);
  }
  lock.release(holder);
  threads.clear();  // Joins: does not end if the remote thread starves.
  EXPECT_LE(entries_before_remote, (kLocal + 1) * static_cast<int>(kLocalHandovers) + kLocal + 1);
}

template <std::uint32_t kLocalHandovers>
void expect_exclusion_across_nodes() {
  BasicCnaLock<M, kLocalHandovers> lock;
  std::atomic<std::uint32_t> visits = 0;
  expect_exclusion(contend([&](Section& section, bool linger) {
    typename BasicCnaLock<M, kLocalHandovers>::Node node;
    M::here = visits++ % 3;  // Threads move.
    lock.acquire(node);
    section.visit(linger);
    lock.release(node);
  }));
  EXPECT_FALSE(lock.is_held());
}

TEST(CnaLock, ExcludesAcrossNodes) {
  expect_exclusion_across_nodes<1>();
  expect_exclusion_across_nodes<3>();
  expect_exclusion_across_nodes<256>();
}

TEST(CnaLock, TriesWhereverTheThreadIs) {
  CnaLock<M> lock;
  CnaLock<M>::Node holder, visitor;
  EXPECT_TRUE(lock.try_acquire(holder));
  EXPECT_FALSE(lock.try_acquire(visitor));
  lock.release(holder);
  EXPECT_TRUE(lock.try_acquire(visitor));
  lock.release(visitor);
}

}  // namespace
}  // namespace spinlab
