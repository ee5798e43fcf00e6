// Where a TWA lock's threads wait, and that each is called near in time.
#include "algorithms/twa_lock.hpp"

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

// Whether the last wait of any thread was on the lock's own word.
template <class Lock>
bool waited_on_the_lock(const Lock& lock) {
  const auto* const begin = reinterpret_cast<const char*>(&lock);
  const auto* const cell = static_cast<const char*>(M::waited_on.load());
  return begin <= cell && cell < begin + sizeof lock;
}

// Lets one thread after the other queue behind the holder; each adds its number when it enters.
template <class Lock>
struct Line {
  Lock lock;
  std::vector<int> entered;
  std::vector<bool> waited_near;
  std::list<std::jthread> threads;

  void add(int number) {
    const int waits_before = M::waits;
    threads.emplace_back([this, number] {
      typename Lock::Node node;
      lock.acquire(node);
      entered.push_back(number);
      lock.release(node);
    });
    M::await_waits(waits_before + 1);
    waited_near.push_back(waited_on_the_lock(lock));
  }
};

template <class Lock>
void expect_the_line_in_order() {
  Line<Lock> line;
  typename Lock::Node node;
  line.lock.acquire(node);
  for (int number = 0; number < 6; ++number) line.add(number);
  EXPECT_EQ(line.waited_near, (std::vector{true, false, false, false, false, false}));
  line.lock.release(node);
  line.threads.clear();  // Joins.
  EXPECT_EQ(line.entered, (std::vector{0, 1, 2, 3, 4, 5}));
  EXPECT_FALSE(line.lock.is_held());
}

TEST(TwaLock, OnlyTheNextInLineWaitsOnTheLock) {
  for (int round = 0; round < 20; ++round) expect_the_line_in_order<TwaLock<M>>();
}

TEST(TwaLock, ServesInOrderWhereAllShareOneSlot) {
  for (int round = 0; round < 20; ++round) expect_the_line_in_order<BasicTwaLock<M, 1>>();
}

TEST(TwaLock, CallsAFarWaiterNearBeforeItsTurn) {
  Line<TwaLock<M>> line;
  TwaLock<M>::Node holder;
  line.lock.acquire(holder);
  std::atomic<bool> inside = false, may_leave = false;
  const int waits_before = M::waits;
  std::jthread next([&] {
    TwaLock<M>::Node node;
    line.lock.acquire(node);
    inside = true;
    while (!may_leave) std::this_thread::yield();
    line.lock.release(node);
  });
  M::await_waits(waits_before + 1);
  line.add(0);
  EXPECT_FALSE(waited_on_the_lock(line.lock));
  line.lock.release(holder);
  // The release has called it: it waits once more, now on the lock.
  M::await_waits(waits_before + 3);
  EXPECT_TRUE(waited_on_the_lock(line.lock));
  EXPECT_TRUE(line.entered.empty());
  may_leave = true;
  next.join();
  line.threads.clear();
  EXPECT_EQ(line.entered, std::vector{0});
}

TEST(TwaLock, ExcludesOnTwoLocksThatShareSlots) {
  BasicTwaLock<M, 2> outer, inner;
  expect_exclusion(contend([&](Section& section, bool linger) {
    BasicTwaLock<M, 2>::Node node;
    outer.acquire(node);
    inner.acquire(node);
    section.visit(linger);
    outer.release(node);
    inner.release(node);
  }));
}

}  // namespace
}  // namespace spinlab
