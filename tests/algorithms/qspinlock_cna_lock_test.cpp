// The queued spin lock's order by NUMA node, with threads that say themselves on which one they are.
#include "algorithms/qspinlock_cna_lock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <list>
#include <thread>
#include <vector>

#include "tests/algorithms/watched_machine.hpp"
#include "tests/contention.hpp"

namespace spinlab {
namespace {

// Whose draws are made up: 0, a head looks at a queue that is in the order of arrival; else not.
struct M : WatchedMachine {
  static std::uint32_t random(std::uint32_t) { return drawn; }
  inline static std::atomic<std::uint32_t> drawn = 0;
};

using Order = std::vector<std::size_t>;

// A lock that is held, with a pending waiter, and a queue of two on node 0. Of these the second is
// the first whose successors have all come when it becomes the head.
template <std::uint32_t kLocalHandovers>
class Queue {
 public:
  using Lock = BasicQspinCnaLock<M, kLocalHandovers>;
  static_assert(sizeof(Lock) == 4);

  Queue() {
    M::here = 0;
    lock_.acquire(holder_);
    for (int i = 0; i < 3; ++i) add(0, [] {});
  }

  // A thread that acquires once, and then as often as `again` says. Returns once it waits.
  void add(
      std::uint32_t node, std::function<void()> inside,
      std::function<bool()> again = [] { return false; }) {
    const int waits_before = M::waits;
    threads_.emplace_back([this, node, inside, again] {
      typename Lock::Node handle;
      M::here = node;
      do {
        lock_.acquire(handle);
        inside();
        lock_.release(handle);
      } while (again());
    });
    M::await_waits(waits_before + 1);
  }

  void run() {
    lock_.release(holder_);
    threads_.clear();  // Joins.
    EXPECT_EQ(word(), 0U);
  }

  std::uint32_t word() { return reinterpret_cast<std::atomic<std::uint32_t>&>(lock_); }

 private:
  Lock lock_;
  typename Lock::Node holder_;
  std::list<std::jthread> threads_;
};

// Threads on these nodes queue one after the other. Returns their places in the queue in the order
// in which they entered.
template <std::uint32_t kLocalHandovers>
Order order_of_entry(const std::vector<std::uint32_t>& nodes) {
  Order entered;
  Queue<kLocalHandovers> queue;
  for (std::size_t place = 0; place < nodes.size(); ++place)
    queue.add(nodes[place], [&entered, place] { entered.push_back(place); });
  queue.run();
  return entered;
}

class QspinlockCna : public testing::Test {
 protected:
  QspinlockCna() { M::drawn = 0; }
};

TEST_F(QspinlockCna, IsFifoOnOneNode) {
  EXPECT_EQ(order_of_entry<256>({0, 0, 0, 0}), (Order{0, 1, 2, 3}));
  EXPECT_EQ(order_of_entry<256>({1, 1, 1, 1}), (Order{0, 1, 2, 3}));
}

TEST_F(QspinlockCna, KeepsTheLockOnANodeAndServesTheOthersAfterIt) {
  EXPECT_EQ(order_of_entry<256>({1, 0, 1, 0}), (Order{1, 3, 0, 2}));
  EXPECT_EQ(order_of_entry<256>({1, 1, 0, 1, 1, 0}), (Order{2, 5, 0, 1, 3, 4}));
}

TEST_F(QspinlockCna, ServesTheNodesOfTheSecondaryQueueEachInTurn) {
  EXPECT_EQ(order_of_entry<256>({1, 2, 1, 0}), (Order{3, 0, 2, 1}));
  EXPECT_EQ(order_of_entry<256>({1, 2, 1, 2, 0, 1, 0}), (Order{4, 6, 0, 2, 5, 1, 3}));
}

// The remote ones behind the last local one are then behind the secondary queue.
TEST_F(QspinlockCna, PutsTheSecondaryQueueBackInFrontOfTheMainOne) {
  EXPECT_EQ(order_of_entry<256>({1, 0, 2, 2, 1}), (Order{1, 0, 4, 2, 3}));
}

TEST_F(QspinlockCna, PassesTheLongestWaitingThreadNoOftenerThanItSays) {
  EXPECT_EQ(order_of_entry<1>({1, 0, 0, 0}), (Order{1, 0, 2, 3}));
  EXPECT_EQ(order_of_entry<2>({1, 0, 0, 0, 0}), (Order{1, 2, 0, 3, 4}));
  EXPECT_EQ(order_of_entry<1>({1, 0, 1, 0}), (Order{1, 0, 2, 3}));
}

// The other draw.
TEST_F(QspinlockCna, LeavesAQueueInTheOrderOfArrivalWhenItDoesNotLook) {
  M::drawn = 1;
  EXPECT_EQ(order_of_entry<256>({1, 0, 1, 0}), (Order{0, 1, 2, 3}));
}

TEST_F(QspinlockCna, GoesOnOrderingWithoutADrawWhileThereIsASecondaryQueue) {
  Order entered;
  Queue<256> queue;
  const std::vector<std::uint32_t> nodes = {1, 0, 1, 0};
  for (std::size_t place = 0; place < nodes.size(); ++place)
    queue.add(nodes[place], [&entered, place] {
      if (entered.empty()) M::drawn = 1;
      entered.push_back(place);
    });
  queue.run();
  EXPECT_EQ(entered, (Order{1, 3, 0, 2}));
}

// Nobody waits while no tail says so.
TEST_F(QspinlockCna, NamesTheSecondaryQueuesLastAsTheTailOnceTheMainOneIsEmpty) {
  Queue<256> queue;
  std::uint32_t remote = 0, tail_when_local_is_inside = 0;
  queue.add(1, [] {});
  remote = queue.word() >> 16;
  queue.add(0, [&] { tail_when_local_is_inside = queue.word() >> 16; });
  EXPECT_NE(queue.word() >> 16, remote);
  queue.run();
  EXPECT_EQ(tail_when_local_is_inside, remote);
}

// Whoever comes last of all finds that tail, and queues behind the secondary queue.
TEST_F(QspinlockCna, QueuesBehindTheSecondaryQueueThatBecameTheMainOne) {
  Order entered;
  Queue<256> queue;
  queue.add(1, [&] { entered.push_back(0); });
  queue.add(0, [&] {
    queue.add(0, [&] { entered.push_back(2); });
    entered.push_back(1);
  });
  queue.run();
  EXPECT_EQ(entered, (Order{1, 0, 2}));
}

// Local threads that never stop, until the remote one has entered.
TEST_F(QspinlockCna, LetsARemoteThreadInBetweenLocalOnesThatNeverStop) {
  constexpr std::uint32_t kLocalHandovers = 8;
  constexpr int kLocal = 3;
  int entries = 0, entries_before_remote = 0;
  std::atomic<bool> remote_entered = false;
  Queue<kLocalHandovers> queue;
  for (int i = 0; i < kLocal; ++i)
    queue.add(0, [&] { ++entries; }, [&] { return !remote_entered; });
  queue.add(1, [&] {
    entries_before_remote = entries;
    remote_entered = true;
  });
  queue.run();
  EXPECT_LE(entries_before_remote, kLocal + static_cast<int>(kLocalHandovers));
}

template <std::uint32_t kLocalHandovers>
void expect_exclusion_across_nodes() {
  BasicQspinCnaLock<M, kLocalHandovers> lock;
  std::atomic<std::uint32_t> visits = 0;
  expect_exclusion(contend([&](Section& section, bool linger) {
    typename BasicQspinCnaLock<M, kLocalHandovers>::Node node;
    M::here = visits++ % 3;  // Threads move.
    lock.acquire(node);
    section.visit(linger);
    lock.release(node);
  }));
  EXPECT_FALSE(lock.is_held());
}

TEST_F(QspinlockCna, ExcludesAcrossNodes) {
  expect_exclusion_across_nodes<1>();
  expect_exclusion_across_nodes<3>();
  expect_exclusion_across_nodes<256>();
}

}  // namespace
}  // namespace spinlab
