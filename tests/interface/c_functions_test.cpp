// The C functions as a driver sees them, whatever stands behind them: CTest runs this program over
// every backend, linked each way, and under the verifier, which leaves out the suites named
// Unchecked. Expectations on values that only native_layout shows are in in_stack_test.cpp.
#include "tests/interface/c_functions.hpp"

#include <gmock/gmock.h>
#include <ndis.h>
#include <wdm.h>

#include <cstdlib>
#include <cstring>

#include "interface/spinlab_backend.h"
#include "interface/spinlab_verifier.h"
#include "tests/contention.hpp"
#include "tests/interface/c_view.h"

namespace spinlab {
namespace {

KSPIN_LOCK static_lock;  // Zeroed, never initialised, as in many drivers.

// A static constructor may be the first to lock.
struct LocksEarly {
  KIRQL irql_inside = HIGH_LEVEL;
  LocksEarly() {
    KIRQL old;
    KeAcquireSpinLock(&static_lock, &old);
    irql_inside = KeGetCurrentIrql();
    KeReleaseSpinLock(&static_lock, old);
  }
} const locked_early;

TEST(CFunctions, LaysTypesOutAlikeForCAndCpp) {
  const struct c_layout layout = describe_layout();
  EXPECT_EQ(layout.spin_lock_bytes, sizeof(KSPIN_LOCK));
  EXPECT_EQ(layout.spin_lock_bytes, sizeof(void*));
  EXPECT_EQ(layout.queue_bytes, 16U);
  EXPECT_EQ(layout.queue_lock_offset, 8U);
  EXPECT_EQ(layout.handle_bytes, 24U);
  EXPECT_EQ(layout.handle_bytes, sizeof(KLOCK_QUEUE_HANDLE));
  EXPECT_EQ(layout.handle_old_irql_offset, 16U);
  EXPECT_EQ(layout.ndis_bytes, 16U);
  EXPECT_EQ(layout.ndis_bytes, sizeof(NDIS_SPIN_LOCK));
  EXPECT_EQ(layout.ndis_old_irql_offset, 8U);
  EXPECT_EQ(layout.irql_bytes, 1U);
  EXPECT_EQ(layout.boolean_bytes, 1U);
  EXPECT_EQ(layout.long_bytes, 4U);
}

TEST(CFunctions, CanAllBeCalledFromC) {
  EXPECT_STREQ(c_calls(backend_can_try()), nullptr);
  EXPECT_STREQ(c_family_calls(backend_can_try()), nullptr);
}

TEST(CFunctions, SayWhichBackendStandsBehindThem) {
  const char* const expected = std::getenv("SPINLAB_EXPECTED_BACKEND");
  ASSERT_NE(expected, nullptr) << "set by CTest";
  EXPECT_STREQ(SpinlabBackendName(), expected);
}

TEST(CFunctions, SayWhetherTheyAreUnderTheVerifier) {
  EXPECT_EQ(SpinlabIsVerifying() != FALSE, std::getenv("SPINLAB_EXPECTED_VERIFIER") != nullptr);
}

TEST(CFunctions, LockInAStaticConstructor) {
  EXPECT_EQ(locked_early.irql_inside, DISPATCH_LEVEL);
  EXPECT_TRUE(others_can_take(static_lock));
}

TEST(Irql, StartsPassiveAndIsTheThreadsOwn) {
  on_fresh_thread([] {
    EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    const ke::irql_guard raised(APC_LEVEL);
    EXPECT_EQ(raised.old_irql(), PASSIVE_LEVEL);
    on_fresh_thread([] { EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL); });
    EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
  });
}

TEST(Irql, RisesAndTellsTheOldOneAndIsLowered) {
  KIRQL old = 99;
  KeRaiseIrql(APC_LEVEL, &old);
  EXPECT_EQ(old, PASSIVE_LEVEL);
  EXPECT_EQ(KeRaiseIrqlToDpcLevel(), APC_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  KeRaiseIrql(HIGH_LEVEL, &old);
  EXPECT_EQ(old, DISPATCH_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), HIGH_LEVEL);
  KeLowerIrql(APC_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
  KeLowerIrql(PASSIVE_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(UncheckedIrql, IsAssignedInBothDirections) {
  on_fresh_thread([] {
    KIRQL old = 99;
    KfRaiseIrql(HIGH_LEVEL);
    KeRaiseIrql(APC_LEVEL, &old);  // Lowers.
    EXPECT_EQ(old, HIGH_LEVEL);
    EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
    KeLowerIrql(SYNCH_LEVEL);  // Raises.
    EXPECT_EQ(KeGetCurrentIrql(), SYNCH_LEVEL);
    EXPECT_EQ(KeRaiseIrqlToDpcLevel(), SYNCH_LEVEL);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  });
}

class KeDoor : public testing::Test {
 protected:
  KeDoor() { KeInitializeSpinLock(&lock_); }
  ~KeDoor() override { KeLowerIrql(PASSIVE_LEVEL); }

  KSPIN_LOCK lock_;
};

TEST_F(KeDoor, InitializeWritesZero) {
  KSPIN_LOCK dirty;
  std::memset(&dirty, 0xA5, sizeof dirty);
  KeInitializeSpinLock(&dirty);
  EXPECT_EQ(dirty, 0U);
}

TEST_F(KeDoor, AcquireRaisesToDispatchAndTellsTheOldIrql) {
  KfRaiseIrql(APC_LEVEL);
  KIRQL old = HIGH_LEVEL;
  KeAcquireSpinLock(&lock_, &old);
  EXPECT_EQ(old, APC_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  EXPECT_FALSE(others_can_take(lock_));
  KeReleaseSpinLock(&lock_, old);
  EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
  EXPECT_TRUE(others_can_take(lock_));
}

TEST_F(KeDoor, AtDpcLevelLeavesTheIrql) {
  for (const auto level : std::initializer_list<KIRQL>{DISPATCH_LEVEL, HIGH_LEVEL}) {
    KfRaiseIrql(level);
    KeAcquireSpinLockAtDpcLevel(&lock_);
    EXPECT_EQ(KeGetCurrentIrql(), level);
    EXPECT_FALSE(others_can_take(lock_));
    KeReleaseSpinLockFromDpcLevel(&lock_);
    EXPECT_EQ(KeGetCurrentIrql(), level);
    EXPECT_TRUE(others_can_take(lock_));
  }
}

TEST_F(KeDoor, TryFailsWhileHeldAndSucceedsAfterwardsForEitherRelease) {
  if (!backend_can_try()) GTEST_SKIP() << SpinlabBackendName() << " has no try";
  KeRaiseIrqlToDpcLevel();
  EXPECT_EQ(KeTryToAcquireSpinLockAtDpcLevel(&lock_), TRUE);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  EXPECT_FALSE(others_can_take(lock_));
  KeReleaseSpinLockFromDpcLevel(&lock_);
  EXPECT_EQ(KeTryToAcquireSpinLockAtDpcLevel(&lock_), TRUE);
  KeReleaseSpinLock(&lock_, APC_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
  EXPECT_TRUE(others_can_take(lock_));
}

TEST_F(KeDoor, TestIsFalseIffHeldAndNeverAcquires) {
  EXPECT_EQ(KeTestSpinLock(&lock_), TRUE);
  EXPECT_EQ(lock_, 0U);
  EXPECT_TRUE(others_can_take(lock_));
  const KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock_);
  EXPECT_EQ(KeTestSpinLock(&lock_), FALSE);
  KeReleaseSpinLock(&lock_, old);
  EXPECT_EQ(KeTestSpinLock(&lock_), TRUE);
}

TEST_F(KeDoor, NestedLocksReleaseInAnyOrder) {
  KSPIN_LOCK inner;
  KeInitializeSpinLock(&inner);
  const KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock_);
  KeAcquireSpinLockAtDpcLevel(&inner);
  KeReleaseSpinLockFromDpcLevel(&lock_);  // The older first.
  EXPECT_TRUE(others_can_take(lock_));
  EXPECT_FALSE(others_can_take(inner));
  KeReleaseSpinLock(&inner, old);
  EXPECT_TRUE(others_can_take(inner));
}

TEST_F(KeDoor, InitializingAgainMakesTheLockFree) {
  for (int round = 0; round < 3; ++round) {
    const KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock_);
    KeReleaseSpinLock(&lock_, old);
    KeInitializeSpinLock(&lock_);
    EXPECT_EQ(lock_, 0U);
    EXPECT_EQ(KeTestSpinLock(&lock_), TRUE);
    EXPECT_TRUE(others_can_take(lock_));
  }
}

TEST_F(KeDoor, ExcludesConcurrentCriticalSections) {
  expect_exclusion(contend([&](Section& section, bool linger) {
    KIRQL old;
    KeAcquireSpinLock(&lock_, &old);
    section.visit(linger);
    KeReleaseSpinLock(&lock_, old);
  }));
}

TEST_F(KeDoor, InStackAcquireKeepsTheOldIrqlInTheHandle) {
  KfRaiseIrql(APC_LEVEL);
  KLOCK_QUEUE_HANDLE handle;
  KeAcquireInStackQueuedSpinLock(&lock_, &handle);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  EXPECT_EQ(handle.OldIrql, APC_LEVEL);
  EXPECT_EQ(KeTestSpinLock(&lock_), FALSE);
  KeReleaseInStackQueuedSpinLock(&handle);
  EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
  EXPECT_EQ(handle.OldIrql, APC_LEVEL);
  EXPECT_EQ(handle.LockQueue.Lock, &lock_);
  EXPECT_EQ(handle.LockQueue.Next, nullptr);
  EXPECT_EQ(KeTestSpinLock(&lock_), TRUE);
}

TEST_F(KeDoor, InStackAtDpcLevelTouchesNeitherTheIrqlNorOldIrql) {
  KLOCK_QUEUE_HANDLE handle;
  KeRaiseIrqlToDpcLevel();
  handle.OldIrql = 0x5A;
  KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock_, &handle);
  EXPECT_EQ(KeTestSpinLock(&lock_), FALSE);
  KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
  EXPECT_EQ(handle.OldIrql, 0x5A);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  EXPECT_EQ(KeTestSpinLock(&lock_), TRUE);
}

TEST_F(KeDoor, InStackExcludesConcurrentCriticalSections) {
  expect_exclusion(contend([&](Section& section, bool linger) {
    KLOCK_QUEUE_HANDLE handle;
    KeAcquireInStackQueuedSpinLock(&lock_, &handle);
    section.visit(linger);
    KeReleaseInStackQueuedSpinLock(&handle);
  }));
}

using UncheckedKeDoor = KeDoor;

TEST_F(UncheckedKeDoor, AcquireAtHighLevelGoesDownAndReleaseRestores) {
  KfRaiseIrql(HIGH_LEVEL);
  const KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock_);
  EXPECT_EQ(old, HIGH_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  KeReleaseSpinLock(&lock_, old);
  EXPECT_EQ(KeGetCurrentIrql(), HIGH_LEVEL);
}

TEST_F(UncheckedKeDoor, AtDpcLevelWorksAtPassiveAndLeavesTheIrql) {
  KeAcquireSpinLockAtDpcLevel(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  EXPECT_FALSE(others_can_take(lock_));
  KeReleaseSpinLockFromDpcLevel(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  EXPECT_TRUE(others_can_take(lock_));
}

TEST_F(UncheckedKeDoor, AtDpcLevelMayBeReleasedByTheNormalRelease) {
  KeAcquireSpinLockAtDpcLevel(&lock_);
  KeReleaseSpinLock(&lock_, APC_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
  EXPECT_TRUE(others_can_take(lock_));
}

TEST_F(UncheckedKeDoor, NormalAcquireMayBeReleasedFromDpcLevel) {
  KeAcquireSpinLockRaiseToDpc(&lock_);
  KeReleaseSpinLockFromDpcLevel(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  EXPECT_TRUE(others_can_take(lock_));
}

TEST_F(UncheckedKeDoor, TryWorksAtPassiveAndLeavesTheIrql) {
  if (!backend_can_try()) GTEST_SKIP() << SpinlabBackendName() << " has no try";
  EXPECT_EQ(KeTryToAcquireSpinLockAtDpcLevel(&lock_), TRUE);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  on_fresh_thread([&] { EXPECT_EQ(KeTryToAcquireSpinLockAtDpcLevel(&lock_), FALSE); });
  KeReleaseSpinLock(&lock_, APC_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
  EXPECT_TRUE(others_can_take(lock_));
}

TEST_F(UncheckedKeDoor, InStackAtDpcLevelWorksAtPassiveAndLeavesTheIrql) {
  KLOCK_QUEUE_HANDLE handle;
  KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock_, &handle);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  EXPECT_EQ(KeTestSpinLock(&lock_), FALSE);
  KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  EXPECT_TRUE(others_can_queue_for(lock_));
}

class NdisDoor : public testing::Test {
 protected:
  NdisDoor() { NdisAllocateSpinLock(&lock_); }
  ~NdisDoor() override {
    NdisFreeSpinLock(&lock_);
    KeLowerIrql(PASSIVE_LEVEL);
  }

  NDIS_SPIN_LOCK lock_;
};

TEST_F(NdisDoor, AcquireKeepsTheOldIrqlInTheLock) {
  KfRaiseIrql(APC_LEVEL);
  NdisAcquireSpinLock(&lock_);
  EXPECT_EQ(lock_.OldIrql, APC_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  EXPECT_FALSE(others_can_take(lock_.SpinLock));
  NdisReleaseSpinLock(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
  EXPECT_TRUE(others_can_take(lock_.SpinLock));
}

TEST_F(NdisDoor, ReleasingTheNewerOfTwoFirstRestoresTheIrql) {
  NDIS_SPIN_LOCK inner;
  NdisAllocateSpinLock(&inner);
  NdisAcquireSpinLock(&lock_);
  NdisAcquireSpinLock(&inner);
  NdisReleaseSpinLock(&inner);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  NdisReleaseSpinLock(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  NdisFreeSpinLock(&inner);
}

TEST_F(NdisDoor, DprTouchesNeitherTheIrqlNorOldIrql) {
  KeRaiseIrqlToDpcLevel();
  lock_.OldIrql = 0x5A;
  NdisDprAcquireSpinLock(&lock_);
  EXPECT_EQ(KeTestSpinLock(&lock_.SpinLock), FALSE);
  NdisDprReleaseSpinLock(&lock_);
  EXPECT_EQ(lock_.OldIrql, 0x5A);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  EXPECT_EQ(KeTestSpinLock(&lock_.SpinLock), TRUE);
}

TEST_F(NdisDoor, FreeClearsTheLockForTheNextUse) {
  KfRaiseIrql(APC_LEVEL);
  NdisAcquireSpinLock(&lock_);
  NdisReleaseSpinLock(&lock_);
  NdisFreeSpinLock(&lock_);
  EXPECT_EQ(lock_.SpinLock, 0U);
  EXPECT_EQ(lock_.OldIrql, 0);
  NdisAllocateSpinLock(&lock_);
  EXPECT_TRUE(others_can_take(lock_.SpinLock));
}

TEST_F(NdisDoor, ExcludesConcurrentCriticalSections) {
  expect_exclusion(contend([&](Section& section, bool linger) {
    NdisAcquireSpinLock(&lock_);
    section.visit(linger);
    NdisReleaseSpinLock(&lock_);
  }));
}

using UncheckedNdisDoor = NdisDoor;

// The sequence that the remarks on NdisAllocateSpinLock warn of.
TEST_F(UncheckedNdisDoor, ReleasingTheOlderOfTwoFirstLosesTheIrql) {
  NDIS_SPIN_LOCK inner;
  NdisAllocateSpinLock(&inner);
  NdisAcquireSpinLock(&lock_);
  NdisAcquireSpinLock(&inner);
  NdisReleaseSpinLock(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  NdisReleaseSpinLock(&inner);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  NdisFreeSpinLock(&inner);
}

}  // namespace
}  // namespace spinlab
