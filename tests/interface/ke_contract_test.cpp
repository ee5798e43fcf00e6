// The contract of the interface's core over every line of algorithms/locks.def, in one process.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <vector>

#include "algorithms/all_locks.hpp"
#include "interface/ke.hpp"
#include "interface/ndis.hpp"
#include "machines/native/native.hpp"
#include "tests/contention.hpp"

namespace spinlab {
namespace {

// Waits by yielding: the host may have fewer processors than the tests have threads.
using M = NativeYielding;

template <template <class> class LockOver>
struct Doors {
  using Ke = spinlab::Ke<LockOver, M>;
  using Ndis = spinlab::Ndis<LockOver, M>;
  static constexpr bool kCanTry = TryLock<LockOver<M>>;
};

template <class Doors>
class KeContract : public testing::Test {
 protected:
  // Through the try door where the lock has one.
  static bool try_acquire(KSPIN_LOCK* lock) {
    if constexpr (Doors::kCanTry) return Doors::Ke::try_acquire_at_dpc(lock);
    return false;
  }
  static bool take_free(KSPIN_LOCK* lock) {
    if constexpr (Doors::kCanTry) return try_acquire(lock);
    if (!Doors::Ke::test(lock)) return false;
    Doors::Ke::acquire_at_dpc(lock);
    return true;
  }
};
TYPED_TEST_SUITE_P(KeContract);

TYPED_TEST_P(KeContract, ExcludesThroughThePlainDoor) {
  KSPIN_LOCK lock;
  TypeParam::Ke::initialize(&lock);
  expect_exclusion(contend([&](Section& section, bool linger) {
    const KIRQL old = TypeParam::Ke::acquire_raise_to_dpc(&lock);
    section.visit(linger);
    TypeParam::Ke::release(&lock, old);
  }));
  TypeParam::Ke::free(&lock);
}

TYPED_TEST_P(KeContract, ExcludesThoseWhoTriedAndThoseWhoWaited) {
  KSPIN_LOCK lock;
  TypeParam::Ke::initialize(&lock);
  expect_exclusion(contend([&](Section& section, bool linger) {
    if (!TestFixture::try_acquire(&lock)) TypeParam::Ke::acquire_at_dpc(&lock);
    section.visit(linger);
    TypeParam::Ke::release_from_dpc(&lock);
  }));
  TypeParam::Ke::free(&lock);
}

TYPED_TEST_P(KeContract, ExcludesThroughTheQueuedDoor) {
  KSPIN_LOCK lock;
  TypeParam::Ke::initialize(&lock);
  expect_exclusion(contend([&](Section& section, bool linger) {
    KLOCK_QUEUE_HANDLE handle;
    TypeParam::Ke::acquire_in_stack(&lock, &handle);
    section.visit(linger);
    TypeParam::Ke::release_in_stack(&handle);
  }));
  TypeParam::Ke::free(&lock);
}

TYPED_TEST_P(KeContract, ExcludesThroughTheNdisDoor) {
  NDIS_SPIN_LOCK lock;
  TypeParam::Ndis::allocate(&lock);
  expect_exclusion(contend([&](Section& section, bool linger) {
    TypeParam::Ndis::acquire(&lock);
    section.visit(linger);
    TypeParam::Ndis::release(&lock);
  }));
  TypeParam::Ndis::free(&lock);
}

// All threads may be the first to see the zero word.
TYPED_TEST_P(KeContract, ExcludesOnAZeroedLockThatNobodyInitialised) {
  static KSPIN_LOCK lock;
  expect_exclusion(contend([&](Section& section, bool linger) {
    TypeParam::Ke::acquire_at_dpc(&lock);
    section.visit(linger);
    TypeParam::Ke::release_from_dpc(&lock);
  }));
  TypeParam::Ke::free(&lock);
}

TYPED_TEST_P(KeContract, ReleasesOutOfOrderThroughEveryDoor) {
  constexpr std::size_t kLocks = 12;  // More than a thread has nodes at hand.
  std::vector<KSPIN_LOCK> locks(kLocks);
  std::vector<KLOCK_QUEUE_HANDLE> handles(kLocks);
  for (std::size_t i = 0; i < kLocks; ++i) {
    TypeParam::Ke::initialize(&locks[i]);
    if (i % 2 == 0) {
      TypeParam::Ke::acquire_in_stack_at_dpc(&locks[i], &handles[i]);
    } else {
      TypeParam::Ke::acquire_at_dpc(&locks[i]);
    }
  }
  for (std::size_t i = 0; i < kLocks; ++i) {  // Oldest first.
    EXPECT_FALSE(TypeParam::Ke::test(&locks[i]));
    if (i % 2 == 0) {
      TypeParam::Ke::release_in_stack_from_dpc(&handles[i]);
    } else {
      TypeParam::Ke::release_from_dpc(&locks[i]);
    }
    EXPECT_TRUE(TypeParam::Ke::test(&locks[i]));
  }
  for (KSPIN_LOCK& lock : locks) TypeParam::Ke::free(&lock);
}

TYPED_TEST_P(KeContract, StorageClearedOrInitialisedAnewIsAFreeLock) {
  KSPIN_LOCK lock;
  TypeParam::Ke::initialize(&lock);
  TypeParam::Ke::acquire_at_dpc(&lock);
  TypeParam::Ke::release_from_dpc(&lock);
  std::memset(&lock, 0, sizeof lock);  // As freed storage that returns, cleared.
  EXPECT_TRUE(TypeParam::Ke::test(&lock));
  EXPECT_TRUE(TestFixture::take_free(&lock));
  EXPECT_FALSE(TestFixture::try_acquire(&lock));
  TypeParam::Ke::release_from_dpc(&lock);
  TypeParam::Ke::initialize(&lock);
  EXPECT_EQ(lock, 0U);
  EXPECT_TRUE(TestFixture::take_free(&lock));
  TypeParam::Ke::release_from_dpc(&lock);
  TypeParam::Ke::free(&lock);
}

REGISTER_TYPED_TEST_SUITE_P(KeContract, ExcludesThroughThePlainDoor,
                            ExcludesThoseWhoTriedAndThoseWhoWaited, ExcludesThroughTheQueuedDoor,
                            ExcludesThroughTheNdisDoor, ExcludesOnAZeroedLockThatNobodyInitialised,
                            ReleasesOutOfOrderThroughEveryDoor,
                            StorageClearedOrInitialisedAnewIsAFreeLock);

#define SPINLAB_LOCK(stem, Type) INSTANTIATE_TYPED_TEST_SUITE_P(stem, KeContract, Doors<Type>);
#include "algorithms/locks.def"
#undef SPINLAB_LOCK

// A lock without try_acquire, as classic CLH is.
template <Machine Over>
struct CannotTry : private TicketLock<Over> {
  static constexpr LockInfo info{.title = "cannot try",
                                 .family = "test",
                                 .source = "",
                                 .year = 2000,
                                 .fairness = Fairness::kFifo,
                                 .bypass_bound = 0,
                                 .words = 1,
                                 .node = NodeKind::kNone};
  using typename TicketLock<Over>::Node;
  using TicketLock<Over>::acquire;
  using TicketLock<Over>::release;
  using TicketLock<Over>::is_held;
};
static_assert(Lock<CannotTry<M>> && !TryLock<CannotTry<M>>);

TEST(KeWithoutTry, ServesThePlainDoor) {
  KSPIN_LOCK lock = 0;
  Ke<CannotTry, M>::acquire_at_dpc(&lock);
  EXPECT_FALSE((Ke<CannotTry, M>::test(&lock)));
  Ke<CannotTry, M>::release_from_dpc(&lock);
  EXPECT_TRUE((Ke<CannotTry, M>::test(&lock)));
}

TEST(KeWithoutTryDeathTest, RefusesTheTryDoorWithTheReason) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  KSPIN_LOCK lock = 0;
  EXPECT_DEATH((Ke<CannotTry, M>::try_acquire_at_dpc(&lock)),
               "the lock 'cannot try' has no try without waiting");
}

}  // namespace
}  // namespace spinlab
