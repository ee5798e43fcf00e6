// The contract that every lock must meet on real threads, through its own door and through both
// adaptors. Each line of algorithms/locks.def instantiates all suites.
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <mutex>

#include "algorithms/all_locks.hpp"
#include "algorithms/lockable.hpp"
#include "algorithms/thread_nodes.hpp"
#include "machines/native/native.hpp"
#include "tests/contention.hpp"

namespace spinlab {
namespace {

// Waits by yielding: the host may have fewer processors than the tests have threads.
using M = NativeYielding;

template <class Names>
class LockContract : public testing::Test {
  static_assert(Lock<typename Names::Lock> && TryLock<typename Names::Lock>);
};
TYPED_TEST_SUITE_P(LockContract);

TYPED_TEST_P(LockContract, ExcludesConcurrentCriticalSections) {
  typename TypeParam::Lock lock;
  expect_exclusion(contend([&](Section& section, bool linger) {
    typename TypeParam::Lock::Node node;
    lock.acquire(node);
    section.visit(linger);
    lock.release(node);
  }));
}

TYPED_TEST_P(LockContract, ExcludesThoseWhoTriedAndThoseWhoWaited) {
  typename TypeParam::Lock lock;
  expect_exclusion(contend([&](Section& section, bool linger) {
    typename TypeParam::Lock::Node node;
    if (!lock.try_acquire(node)) lock.acquire(node);
    section.visit(linger);
    lock.release(node);
  }));
}

TYPED_TEST_P(LockContract, TryAcquireFailsWhileHeldAndSucceedsAfterRelease) {
  typename TypeParam::Lock lock;
  typename TypeParam::Lock::Node holder, visitor;
  ASSERT_TRUE(lock.try_acquire(holder));
  EXPECT_FALSE(lock.try_acquire(visitor));
  lock.release(holder);
  EXPECT_TRUE(lock.try_acquire(visitor));
  lock.release(visitor);
}

TYPED_TEST_P(LockContract, IsHeldFromAcquireToRelease) {
  typename TypeParam::Lock lock;
  typename TypeParam::Lock::Node node;
  EXPECT_FALSE(lock.is_held());
  lock.acquire(node);
  EXPECT_TRUE(lock.is_held());
  lock.release(node);
  EXPECT_FALSE(lock.is_held());
}

// Drivers keep zeroed, static locks; a one-word backend must find them free.
TYPED_TEST_P(LockContract, IsFreeWhenAllItsBitsAreZero) {
  typename TypeParam::Lock lock;
  std::memset(static_cast<void*>(&lock), 0, sizeof lock);
  typename TypeParam::Lock::Node node;
  EXPECT_FALSE(lock.is_held());
  EXPECT_TRUE(lock.try_acquire(node));
  lock.release(node);
}

TYPED_TEST_P(LockContract, OccupiesTheWordsThatItDeclares) {
  using Lock = typename TypeParam::Lock;
  EXPECT_EQ((sizeof(Lock) + sizeof(void*) - 1) / sizeof(void*), std::size_t{Lock::info.words});
  EXPECT_EQ(kNeedsNode<Lock>, Lock::info.node == NodeKind::kCaller);
  EXPECT_EQ(Lock::info.fairness == Fairness::kBounded, Lock::info.bypass_bound > 0);
}

TYPED_TEST_P(LockContract, ExcludesThroughNodesOfTheThread) {
  typename TypeParam::HandleFree lock;
  expect_exclusion(contend([&](Section& section, bool linger) {
    lock.acquire();
    section.visit(linger);
    lock.release();
  }));
}

TYPED_TEST_P(LockContract, ExcludesThroughTheStandardsNames) {
  typename TypeParam::Standard mutex;
  expect_exclusion(contend([&](Section& section, bool linger) {
    std::scoped_lock guard(mutex);
    section.visit(linger);
  }));
}

// std::scoped_lock over two locks tries, backs out and tries again: no order, no deadlock.
TYPED_TEST_P(LockContract, TwoLocksTakenInBothOrdersDoNotDeadlock) {
  typename TypeParam::Standard left, right;
  std::atomic<int> arrivals{0};
  expect_exclusion(contend([&](Section& section, bool linger) {
    if (arrivals.fetch_add(1, std::memory_order::relaxed) % 2 == 0) {
      std::scoped_lock guard(left, right);
      section.visit(linger);
    } else {
      std::scoped_lock guard(right, left);
      section.visit(linger);
    }
  }));
}

REGISTER_TYPED_TEST_SUITE_P(LockContract, ExcludesConcurrentCriticalSections,
                            ExcludesThoseWhoTriedAndThoseWhoWaited,
                            TryAcquireFailsWhileHeldAndSucceedsAfterRelease,
                            IsHeldFromAcquireToRelease, IsFreeWhenAllItsBitsAreZero,
                            OccupiesTheWordsThatItDeclares, ExcludesThroughNodesOfTheThread,
                            ExcludesThroughTheStandardsNames,
                            TwoLocksTakenInBothOrdersDoNotDeadlock);

template <template <class> class LockOver>
struct Doors {
  using Lock = LockOver<M>;
  using HandleFree = ThreadNodes<LockOver, M>;
  using Standard = Lockable<LockOver, M>;
};

#define SPINLAB_LOCK(stem, Type) INSTANTIATE_TYPED_TEST_SUITE_P(stem, LockContract, Doors<Type>);
#include "algorithms/locks.def"
#undef SPINLAB_LOCK

}  // namespace
}  // namespace spinlab
