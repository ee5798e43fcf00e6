// What the queued spin lock's four bytes show in each of its states, step by step.
#include "algorithms/qspinlock_lock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <functional>
#include <list>
#include <thread>

#include "tests/algorithms/watched_machine.hpp"
#include "tests/contention.hpp"

namespace spinlab {
namespace {

using M = WatchedMachine;
using Lock = QspinLock<M>;

class Qspinlock : public testing::Test {
 protected:
  static_assert(sizeof(Lock) == 4);

  std::uint32_t word() { return word_of(lock_); }
  static std::uint32_t word_of(Lock& lock) {
    return reinterpret_cast<std::atomic<std::uint32_t>&>(lock);
  }
  void poke(std::uint32_t bits) { std::memcpy(static_cast<void*>(&lock_), &bits, sizeof bits); }

  // A thread that acquires, and releases when it is told to. Returns once it waits.
  struct Visitor {
    std::uint32_t index = 0;
    std::atomic<bool> inside = false;
    std::atomic<bool> may_leave = false;
    std::jthread thread;
  };
  Visitor& add_waiter() { return add_waiter_to(lock_); }
  Visitor& add_waiter_to(Lock& lock, std::function<void()> after_looks = nullptr, int waits = 1) {
    const int waits_before = M::waits;
    Visitor& visitor = visitors_.emplace_back();
    visitor.thread = std::jthread([&lock, &visitor, after_looks] {
      Lock::Node node;
      visitor.index = M::thread_index();
      M::after_looks = after_looks;
      lock.acquire(node);
      visitor.inside = true;
      while (!visitor.may_leave) std::this_thread::yield();
      lock.release(node);
    });
    M::await_waits(waits_before + waits);
    return visitor;
  }
  static void await_inside(const Visitor& visitor) {
    while (!visitor.inside) std::this_thread::yield();
  }
  static void leave(Visitor& visitor) {
    visitor.may_leave = true;
    visitor.thread.join();
  }
  static std::uint32_t tail_of(const Visitor& visitor) { return (visitor.index + 1) << 18; }

  Lock lock_;
  Lock::Node node_;
  std::list<Visitor> visitors_;
};

TEST_F(Qspinlock, ShowsOneWhileHeldAndZeroWhenFree) {
  EXPECT_EQ(word(), 0U);
  lock_.acquire(node_);
  EXPECT_EQ(word(), 1U);
  lock_.release(node_);
  EXPECT_EQ(word(), 0U);
}

TEST_F(Qspinlock, TheFirstWaiterIsPendingAndTheNextOnesQueue) {
  lock_.acquire(node_);
  Visitor& pending = add_waiter();
  EXPECT_EQ(word(), 0x101U);
  Visitor& head = add_waiter();
  EXPECT_EQ(word(), tail_of(head) | 0x101U);
  Visitor& last = add_waiter();
  EXPECT_EQ(word(), tail_of(last) | 0x101U);

  lock_.release(node_);
  await_inside(pending);
  EXPECT_EQ(word(), tail_of(last) | 1U);
  leave(pending);
  await_inside(head);
  EXPECT_EQ(word(), tail_of(last) | 1U);
  leave(head);
  await_inside(last);
  EXPECT_EQ(word(), 1U);
  leave(last);
  EXPECT_EQ(word(), 0U);
}

TEST_F(Qspinlock, NobodyIsPendingWhileThereIsAQueue) {
  lock_.acquire(node_);
  Visitor& pending = add_waiter();
  Visitor& head = add_waiter();
  lock_.release(node_);
  await_inside(pending);
  Visitor& late = add_waiter();
  EXPECT_EQ(word(), tail_of(late) | 1U);
  leave(pending);
  await_inside(head);
  EXPECT_FALSE(late.inside);
  leave(head);
  leave(late);
  EXPECT_EQ(word(), 0U);
}

TEST_F(Qspinlock, QueuesWhenAPendingHandOverDoesNotEnd) {
  poke(0x100);
  Visitor& waiter = add_waiter();  // Does not return before it has queued.
  EXPECT_EQ(word(), tail_of(waiter) | 0x100U);
  EXPECT_FALSE(waiter.inside);
  auto& bits = reinterpret_cast<std::atomic<std::uint32_t>&>(lock_);
  bits.fetch_and(~0x100U);  // As the pending waiter's end would.
  await_inside(waiter);
  EXPECT_EQ(word(), 1U);
  leave(waiter);
}

// It saw the lock held, without waiters. Then two came, and the pending one of them entered.
TEST_F(Qspinlock, TakesPendingBackWhereItFindsAQueue) {
  lock_.acquire(node_);
  Visitor* pending = nullptr;
  Visitor* head = nullptr;
  const auto meanwhile = [&] {
    pending = &add_waiter();
    head = &add_waiter();
    lock_.release(node_);
    await_inside(*pending);
  };
  Visitor& late = add_waiter_to(lock_, meanwhile, 3);
  EXPECT_EQ(word(), tail_of(late) | 1U);
  leave(*pending);
  await_inside(*head);
  EXPECT_FALSE(late.inside);
  leave(*head);
  leave(late);
  EXPECT_EQ(word(), 0U);
}

// The one case in user space of a second node: a signal handler that locks, while its thread waits.
TEST_F(Qspinlock, AWaiterThatIsInterruptedQueuesWithAnotherNode) {
  static Lock inner;
  lock_.acquire(node_);
  Visitor& pending = add_waiter();
  Visitor& interrupted = add_waiter();
  Lock::Node inner_node;
  inner.acquire(inner_node);
  Visitor& inner_pending = add_waiter_to(inner);

  const int waits_before = M::waits;
  std::signal(SIGUSR1, [](int) {
    Lock::Node node;
    inner.acquire(node);
    inner.release(node);
  });
  pthread_kill(interrupted.thread.native_handle(), SIGUSR1);
  M::await_waits(waits_before + 1);
  EXPECT_EQ(word(), tail_of(interrupted) | 0x101U);
  EXPECT_EQ(word_of(inner), tail_of(interrupted) | 0x10101U);

  inner.release(inner_node);
  leave(inner_pending);
  lock_.release(node_);
  leave(pending);
  leave(interrupted);
  EXPECT_EQ(word(), 0U);
  EXPECT_EQ(word_of(inner), 0U);
}

TEST_F(Qspinlock, TryTakesNothingFromWaiters) {
  lock_.acquire(node_);
  Visitor& pending = add_waiter();
  Visitor& head = add_waiter();
  EXPECT_FALSE(lock_.try_acquire(node_));
  EXPECT_EQ(word(), tail_of(head) | 0x101U);
  lock_.release(node_);
  leave(pending);
  leave(head);
  EXPECT_TRUE(lock_.try_acquire(node_));
  lock_.release(node_);
}

// A thread's four nodes serve whatever locks it waits for, one after the other.
TEST_F(Qspinlock, ExcludesWithTwoLocksAtOnce) {
  Lock inner;
  expect_exclusion(contend([&](Section& section, bool linger) {
    Lock::Node node;
    lock_.acquire(node);
    inner.acquire(node);
    section.visit(linger);
    lock_.release(node);
    inner.release(node);
  }));
  EXPECT_EQ(word(), 0U);
}

}  // namespace
}  // namespace spinlab
