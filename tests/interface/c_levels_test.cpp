// The C functions at other levels than DISPATCH_LEVEL, and the locks that are known by a number,
// over every backend.
#include <gmock/gmock.h>
#include <ntifs.h>

#include "tests/contention.hpp"
#include "tests/interface/c_functions.hpp"

namespace spinlab {
namespace {

class AtLevel : public testing::TestWithParam<int> {
 protected:
  AtLevel() {
    KeInitializeSpinLock(&lock_);
    KfRaiseIrql(level());
  }
  ~AtLevel() override { KeLowerIrql(PASSIVE_LEVEL); }
  static KIRQL level() { return static_cast<KIRQL>(GetParam()); }

  // In a DPC the IRQL stays what it is.
  static KIRQL level_for_dpc() { return level() < DISPATCH_LEVEL ? DISPATCH_LEVEL : level(); }
  void expect_held_at(KIRQL inside) {
    EXPECT_EQ(KeGetCurrentIrql(), inside);
    EXPECT_FALSE(others_can_take(lock_));
  }
  void expect_free() {
    EXPECT_EQ(KeGetCurrentIrql(), level());
    EXPECT_TRUE(others_can_take(lock_));
  }
  void expect_queue_held_at(KIRQL inside) {
    EXPECT_EQ(KeGetCurrentIrql(), inside);
    EXPECT_FALSE(others_can_queue_for(lock_));
  }
  void expect_queue_free() {
    EXPECT_EQ(KeGetCurrentIrql(), level());
    EXPECT_TRUE(others_can_queue_for(lock_));
  }

  KSPIN_LOCK lock_;
  KLOCK_QUEUE_HANDLE handle_;
};

// Each where it may be called, and, unchecked, everywhere else.
using UpToDispatchLevel = AtLevel;
INSTANTIATE_TEST_SUITE_P(Irql, UpToDispatchLevel,
                         testing::Values(PASSIVE_LEVEL, APC_LEVEL, DISPATCH_LEVEL));
INSTANTIATE_TEST_SUITE_P(UncheckedIrql, UpToDispatchLevel,
                         testing::Values(SYNCH_LEVEL, HIGH_LEVEL));
using UpToSynchLevel = AtLevel;
INSTANTIATE_TEST_SUITE_P(Irql, UpToSynchLevel,
                         testing::Values(PASSIVE_LEVEL, APC_LEVEL, DISPATCH_LEVEL, SYNCH_LEVEL));
INSTANTIATE_TEST_SUITE_P(UncheckedIrql, UpToSynchLevel, testing::Values(HIGH_LEVEL));
using FromDispatchLevel = AtLevel;
INSTANTIATE_TEST_SUITE_P(Irql, FromDispatchLevel,
                         testing::Values(DISPATCH_LEVEL, SYNCH_LEVEL, HIGH_LEVEL));
INSTANTIATE_TEST_SUITE_P(UncheckedIrql, FromDispatchLevel,
                         testing::Values(PASSIVE_LEVEL, APC_LEVEL));

TEST_P(UpToDispatchLevel, RaiseToDpcAssignsDispatchLevel) {
  const KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock_);
  EXPECT_EQ(old, level());
  expect_held_at(DISPATCH_LEVEL);
  KeReleaseSpinLock(&lock_, old);
  expect_free();
}

TEST_P(UpToSynchLevel, RaiseToSynchAssignsSynchLevel) {
  const KIRQL old = KeAcquireSpinLockRaiseToSynch(&lock_);
  EXPECT_EQ(old, level());
  expect_held_at(SYNCH_LEVEL);
  KeReleaseSpinLock(&lock_, old);
  expect_free();
}

TEST_P(UpToDispatchLevel, ForDpcRaisesFromBelowDispatchOnly) {
  const KIRQL old = KeAcquireSpinLockForDpc(&lock_);
  EXPECT_EQ(old, level());
  expect_held_at(level_for_dpc());
  KeReleaseSpinLockForDpc(&lock_, old);
  expect_free();
}

TEST_P(FromDispatchLevel, KefNamesAreAtDpcLevel) {
  KefAcquireSpinLockAtDpcLevel(&lock_);
  expect_held_at(level());
  KefReleaseSpinLockFromDpcLevel(&lock_);
  expect_free();
}

TEST_P(UpToSynchLevel, InStackRaiseToSynchKeepsTheOldIrqlInTheHandle) {
  KeAcquireInStackQueuedSpinLockRaiseToSynch(&lock_, &handle_);
  EXPECT_EQ(handle_.OldIrql, level());
  expect_queue_held_at(SYNCH_LEVEL);
  KeReleaseInStackQueuedSpinLock(&handle_);
  expect_queue_free();
}

TEST_P(UpToDispatchLevel, InStackForDpcKeepsTheOldIrqlInTheHandle) {
  KeAcquireInStackQueuedSpinLockForDpc(&lock_, &handle_);
  EXPECT_EQ(handle_.OldIrql, level());
  expect_queue_held_at(level_for_dpc());
  KeReleaseInStackQueuedSpinLockForDpc(&handle_);
  expect_queue_free();
}

TEST_P(UpToSynchLevel, RaiseIrqlToSynchLevelTellsTheOldOne) {
  EXPECT_EQ(KeRaiseIrqlToSynchLevel(), level());
  EXPECT_EQ(KeGetCurrentIrql(), SYNCH_LEVEL);
}

TEST_P(UpToDispatchLevel, NumberedLocksRaiseAndRestore) {
  const KIRQL old = KeAcquireQueuedSpinLock(LockQueuePfnLock);
  EXPECT_EQ(old, level());
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  KeReleaseQueuedSpinLock(LockQueuePfnLock, old);
  EXPECT_EQ(KeGetCurrentIrql(), level());
}

TEST_P(UpToSynchLevel, NumberedLocksRaiseToSynchAndRestore) {
  const KIRQL old = KeAcquireQueuedSpinLockRaiseToSynch(LockQueuePfnLock);
  EXPECT_EQ(old, level());
  EXPECT_EQ(KeGetCurrentIrql(), SYNCH_LEVEL);
  KeReleaseQueuedSpinLock(LockQueuePfnLock, old);
  EXPECT_EQ(KeGetCurrentIrql(), level());
}

TEST_P(UpToDispatchLevel, CancelSpinLockRaisesAndRestores) {
  KIRQL old = 99;
  IoAcquireCancelSpinLock(&old);
  EXPECT_EQ(old, level());
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  IoReleaseCancelSpinLock(old);
  EXPECT_EQ(KeGetCurrentIrql(), level());
}

TEST(Thread, HasANameOfItsOwn) {
  const PKTHREAD self = KeGetCurrentThread();
  EXPECT_NE(self, nullptr);
  EXPECT_EQ(KeGetCurrentThread(), self);
  on_fresh_thread([self] { EXPECT_NE(KeGetCurrentThread(), self); });
  EXPECT_EQ(KeAreApcsDisabled(), FALSE);
}

TEST(ForDpc, ExcludesConcurrentCriticalSections) {
  KSPIN_LOCK lock;
  KeInitializeSpinLock(&lock);
  expect_exclusion(contend([&](Section& section, bool linger) {
    const KIRQL old = KeAcquireSpinLockForDpc(&lock);
    section.visit(linger);
    KeReleaseSpinLockForDpc(&lock, old);
  }));
}

TEST(RaiseToSynch, ExcludesConcurrentCriticalSections) {
  KSPIN_LOCK lock;
  KeInitializeSpinLock(&lock);
  expect_exclusion(contend([&](Section& section, bool linger) {
    const KIRQL old = KeAcquireSpinLockRaiseToSynch(&lock);
    section.visit(linger);
    KeReleaseSpinLock(&lock, old);
  }));
}

TEST(InStackForDpcAndSynch, ExcludeEachOther) {
  KSPIN_LOCK lock;
  KeInitializeSpinLock(&lock);
  expect_exclusion(contend([&](Section& section, bool linger) {
    KLOCK_QUEUE_HANDLE handle;
    if (linger) {
      KeAcquireInStackQueuedSpinLockForDpc(&lock, &handle);
    } else {
      KeAcquireInStackQueuedSpinLockRaiseToSynch(&lock, &handle);
    }
    section.visit(linger);
    if (linger) {
      KeReleaseInStackQueuedSpinLockForDpc(&handle);
    } else {
      KeReleaseInStackQueuedSpinLock(&handle);
    }
  }));
}

TEST(NumberedLocks, ExcludeConcurrentCriticalSections) {
  expect_exclusion(contend([](Section& section, bool linger) {
    const KIRQL old = linger ? KeAcquireQueuedSpinLockRaiseToSynch(LockQueueMasterLock)
                             : KeAcquireQueuedSpinLock(LockQueueMasterLock);
    section.visit(linger);
    KeReleaseQueuedSpinLock(LockQueueMasterLock, old);
  }));
}

TEST(NumberedLocks, ExcludeThoseWhoTriedAndThoseWhoWaited) {
  const bool can_try = backend_can_try();
  expect_exclusion(contend([can_try](Section& section, bool linger) {
    KIRQL old = 99;
    if (!can_try || KeTryToAcquireQueuedSpinLock(LockQueueBcbLock, &old) == FALSE)
      old = KeAcquireQueuedSpinLock(LockQueueBcbLock);
    section.visit(linger);
    KeReleaseQueuedSpinLock(LockQueueBcbLock, old);
  }));
}

TEST(NumberedLocks, OfDifferentNumbersAreHeldAtOnceAndReleasedInAnyOrder) {
  const KIRQL first = KeAcquireQueuedSpinLock(LockQueueVacbLock);
  const KIRQL second = KeAcquireQueuedSpinLock(LockQueueMasterLock);
  EXPECT_EQ(second, DISPATCH_LEVEL);
  KeReleaseQueuedSpinLock(LockQueueVacbLock, second);
  KeReleaseQueuedSpinLock(LockQueueMasterLock, first);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(NumberedLocks, TryThatFailsLeavesTheIrqlAndOldIrql) {
  if (!backend_can_try()) GTEST_SKIP() << SpinlabBackendName() << " has no try";
  KIRQL held = 99;
  ASSERT_TRUE(KeTryToAcquireQueuedSpinLock(LockQueuePfnLock, &held));
  EXPECT_EQ(held, PASSIVE_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  on_fresh_thread([] {
    const ke::irql_guard raised(APC_LEVEL);
    KIRQL old = 99;
    EXPECT_FALSE(KeTryToAcquireQueuedSpinLock(LockQueuePfnLock, &old));
    EXPECT_EQ(KeTryToAcquireQueuedSpinLockRaiseToSynch(LockQueuePfnLock, &old), FALSE);
    EXPECT_EQ(old, 99);
    EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
  });
  KeReleaseQueuedSpinLock(LockQueuePfnLock, held);
  ASSERT_EQ(KeTryToAcquireQueuedSpinLockRaiseToSynch(LockQueuePfnLock, &held), TRUE);
  EXPECT_EQ(KeGetCurrentIrql(), SYNCH_LEVEL);
  KeReleaseQueuedSpinLock(LockQueuePfnLock, held);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(NumberedLocks, HaveTheNumbersThatDriversKnow) {
  EXPECT_EQ(LockQueuePfnLock, 2);
  EXPECT_EQ(LockQueueIoCancelLock, 7);
  EXPECT_GT(LockQueueMaximumLock, LockQueueBcbLock);
}

TEST(CancelSpinLock, ExcludesConcurrentCriticalSections) {
  expect_exclusion(contend([](Section& section, bool linger) {
    KIRQL old;
    IoAcquireCancelSpinLock(&old);
    section.visit(linger);
    IoReleaseCancelSpinLock(old);
  }));
}

}  // namespace
}  // namespace spinlab
