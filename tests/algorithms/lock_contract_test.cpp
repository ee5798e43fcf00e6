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
  static_assert(Lock<typename Names::Lock>);

 protected:
  static constexpr bool kCanTry = TryLock<typename Names::Lock>;

  // False for a lock without a try, as for one that is held.
  static bool try_acquire(typename Names::Lock& lock, typename Names::Lock::Node& node) {
    if constexpr (kCanTry) return lock.try_acquire(node);
    return false;
  }
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
    if (!TestFixture::try_acquire(lock, node)) lock.acquire(node);
    section.visit(linger);
    lock.release(node);
  }));
}

TYPED_TEST_P(LockContract, TryAcquireFailsWhileHeldAndSucceedsAfterRelease) {
  if (!TestFixture::kCanTry) GTEST_SKIP() << "has no try";
  typename TypeParam::Lock lock;
  typename TypeParam::Lock::Node holder, visitor;
  ASSERT_TRUE(TestFixture::try_acquire(lock, holder));
  EXPECT_FALSE(TestFixture::try_acquire(lock, visitor));
  lock.release(holder);
  EXPECT_TRUE(TestFixture::try_acquire(lock, visitor));
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
  lock.acquire(node);
  EXPECT_TRUE(lock.is_held());
  lock.release(node);
}

TYPED_TEST_P(LockContract, OccupiesTheWordsThatItDeclares) {
  using Lock = typename TypeParam::Lock;
  EXPECT_EQ((sizeof(Lock) + sizeof(void*) - 1) / sizeof(void*),
            static_cast<std::size_t>(Lock::info.words));
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
template <class Standard>
void expect_no_deadlock() {
  Standard left, right;
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

TYPED_TEST_P(LockContract, TwoLocksTakenInBothOrdersDoNotDeadlock) {
  if constexpr (TestFixture::kCanTry) {
    expect_no_deadlock<typename TypeParam::Standard>();
  } else {
    GTEST_SKIP() << "has no try";
  }
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
