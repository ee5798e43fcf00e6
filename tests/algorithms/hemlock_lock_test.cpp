// Hemlock's one grant word a thread, with more locks than one.
#include "algorithms/hemlock_lock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/algorithms/watched_machine.hpp"
#include "tests/contention.hpp"

namespace spinlab {
namespace {

using M = WatchedMachine;
using Lock = HemlockLock<M>;

// Both waiters watch this thread's one word. `released_first` must go on, and the other not yet.
void release_in_order(Lock& released_first, Lock& released_last) {
  Lock::Node node;
  std::atomic<int> first_in{0}, last_in{0};
  const int waits_before = M::waits;
  released_first.acquire(node);
  released_last.acquire(node);
  const auto wait_for = [&](Lock& lock, std::atomic<int>& in) {
    Lock::Node own;
    lock.acquire(own);
    ++in;
    lock.release(own);
  };
  std::jthread last([&] { wait_for(released_last, last_in); });
  M::await_waits(waits_before + 1);  // Looks first, whose turn it is not.
  std::jthread first([&] { wait_for(released_first, first_in); });
  M::await_waits(waits_before + 2);
  released_first.release(node);
  first.join();
  EXPECT_EQ(first_in, 1);
  EXPECT_EQ(last_in, 0);
  released_last.release(node);
  last.join();
  EXPECT_EQ(last_in, 1);
  EXPECT_FALSE(released_first.is_held());
  EXPECT_FALSE(released_last.is_held());
}

TEST(HemlockLock, HandsTwoLocksOverByOneWordInBothOrders) {
  for (int round = 0; round < 50; ++round) {
    Lock left, right;
    release_in_order(left, right);
    release_in_order(right, left);
  }
}

TEST(HemlockLock, ExcludesWhereEachThreadHoldsTwoAndReleasesInTurn) {
  Lock outer, inner;
  std::atomic<unsigned> turn{0};
  expect_exclusion(contend([&](Section& section, bool linger) {
    Lock::Node node;
    outer.acquire(node);
    inner.acquire(node);
    section.visit(linger);
    const bool newest_first = turn++ % 2 == 0;
    (newest_first ? inner : outer).release(node);
    (newest_first ? outer : inner).release(node);
  }));
}

// A thread ends right after its release: nobody may look at its word any more.
TEST(HemlockLock, LetsThreadsEndAfterTheirRelease) {
  Lock lock;
  for (int round = 0; round < 100; ++round) {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        Lock::Node node;
        lock.acquire(node);
        lock.release(node);
      });
    }
  }
  EXPECT_FALSE(lock.is_held());
}

}  // namespace
}  // namespace spinlab
