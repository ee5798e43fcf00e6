// Misuse that an acquire is stopped for, beside the nearest thing that is correct.
#include <string_view>
#include <thread>

#include "interface/spinlab_backend.h"
#include "tests/interface/verifier/stops.hpp"

namespace spinlab::verifier {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// ---- 0x0F ----

TEST_F(Misuse, AcquiringALockTwiceStops) {
  KeAcquireSpinLock(lock, &old);
  KeAcquireSpinLockAtDpcLevel(lock);
  EXPECT_THAT(codes(), ElementsAre("0xF"));
  KeReleaseSpinLock(lock, old);
}

TEST_F(Misuse, TryingALockThatTheThreadOwnsStops) {
  KeAcquireSpinLock(lock, &old);
  EXPECT_FALSE(KeTryToAcquireSpinLockAtDpcLevel(lock));
  EXPECT_THAT(codes(), ElementsAre("0xF"));
  KeReleaseSpinLock(lock, old);
}

TEST_F(Misuse, AnInterlockedListUnderItsOwnLockStops) {
  LIST_ENTRY head, entry;
  InitializeListHead(&head);
  KeAcquireSpinLock(lock, &old);
  ExInterlockedInsertTailList(&head, &entry, lock);
  EXPECT_THAT(codes(), ElementsAre("0xF"));
  EXPECT_TRUE(IsListEmpty(&head));
  KeReleaseSpinLock(lock, old);
}

TEST_F(Misuse, AcquiringALockAgainAfterItsReleaseIsFine) {
  for (int i = 0; i < 2; ++i) {
    KeAcquireSpinLock(lock, &old);
    KeReleaseSpinLock(lock, old);
  }
  KeRaiseIrql(DISPATCH_LEVEL, &old);
  EXPECT_TRUE(KeTryToAcquireSpinLockAtDpcLevel(lock));
  KeReleaseSpinLockFromDpcLevel(lock);
  KeLowerIrql(old);
  EXPECT_THAT(codes(), IsEmpty());
}

// ---- 0x40, 0x41, 0x42, 0x32 ----

TEST_F(Misuse, AcquiringForDispatchLevelBelowItStops) {
  KeAcquireSpinLockAtDpcLevel(lock);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x40"));
  KeRaiseIrql(DISPATCH_LEVEL, &old);
  KeReleaseSpinLockFromDpcLevel(lock);
  KeLowerIrql(old);
  EXPECT_THAT(codes(), IsEmpty());
}

TEST_F(Misuse, ReleasingFromDispatchLevelBelowItStops) {
  SpinlabEnableRule("DeadlockDetection", FALSE);  // It stops earlier, when the IRQL is lowered.
  KeRaiseIrql(DISPATCH_LEVEL, &old);
  KeAcquireSpinLockAtDpcLevel(lock);
  KeLowerIrql(old);
  KeReleaseSpinLockFromDpcLevel(lock);
  SpinlabEnableRule("DeadlockDetection", TRUE);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x41"));
}

TEST_F(Misuse, AnAcquireThatRaisesAboveItsLevelStops) {
  KeRaiseIrql(HIGH_LEVEL, &old);
  const KIRQL high = KeAcquireSpinLockRaiseToDpc(lock);
  KeReleaseSpinLock(lock, high);
  KeLowerIrql(old);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x42"));
}

TEST_F(Misuse, AReleaseAtAnotherLevelThanItsAcquireRaisedToStops) {
  KeAcquireSpinLock(lock, &old);
  KeRaiseIrql(SYNCH_LEVEL, &older);
  KeReleaseSpinLock(lock, old);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x32"));
}

TEST_F(Misuse, EachDoorAtItsLevelIsFine) {
  KeRaiseIrql(DISPATCH_LEVEL, &old);
  KeAcquireSpinLockAtDpcLevel(lock);
  KeReleaseSpinLockFromDpcLevel(lock);
  KIRQL irql = KeAcquireSpinLockRaiseToDpc(lock);
  KeReleaseSpinLock(lock, irql);
  irql = KeAcquireSpinLockRaiseToSynch(lock);
  KeReleaseSpinLock(lock, irql);
  irql = KeAcquireSpinLockForDpc(lock);
  KeReleaseSpinLockForDpc(lock, irql);
  KeLowerIrql(old);
  EXPECT_THAT(codes(), IsEmpty());
}

// ---- 0x1001 ----

TEST_F(Misuse, TwoOrdersOfTwoLocksStopWithoutADeadlock) {
  KeAcquireSpinLock(lock, &old);
  KeAcquireSpinLockAtDpcLevel(other);
  KeReleaseSpinLockFromDpcLevel(other);
  KeReleaseSpinLock(lock, old);
  EXPECT_THAT(codes(), IsEmpty());
  KeAcquireSpinLock(other, &old);
  KeAcquireSpinLockAtDpcLevel(lock);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1001"));
  KeReleaseSpinLockFromDpcLevel(lock);
  KeReleaseSpinLock(other, old);
}

TEST_F(Misuse, ThreeThreadsThatCloseACycleOfThreeLocksStop) {
  InitializedLock third;
  KSPIN_LOCK* const locks[] = {lock, other, third};
  for (int first = 0; first < 3; ++first) {
    EXPECT_THAT(codes(), IsEmpty());
    std::thread([&] {
      KIRQL irql;
      KeAcquireSpinLock(locks[first], &irql);
      KeAcquireSpinLockAtDpcLevel(locks[(first + 1) % 3]);
      KeReleaseSpinLockFromDpcLevel(locks[(first + 1) % 3]);
      KeReleaseSpinLock(locks[first], irql);
    }).join();
  }
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1001"));
}

TEST_F(Misuse, OneOrderIsFineAndSoIsTryingAgainstIt) {
  for (int i = 0; i < 3; ++i) {
    KeAcquireSpinLock(lock, &old);
    KeAcquireSpinLockAtDpcLevel(other);
    KeReleaseSpinLockFromDpcLevel(other);
    KeReleaseSpinLock(lock, old);
  }
  KeAcquireSpinLock(other, &old);
  EXPECT_TRUE(KeTryToAcquireSpinLockAtDpcLevel(lock));  // Whoever tries does not wait.
  KeReleaseSpinLockFromDpcLevel(lock);
  KeReleaseSpinLock(other, old);
  EXPECT_THAT(codes(), IsEmpty());
}

TEST_F(Misuse, AnotherLockInTheSameStorageHasAnOrderOfItsOwn) {
  for (int i = 0; i < 2; ++i) {
    KSPIN_LOCK* const first = i == 0 ? lock : other;
    KSPIN_LOCK* const second = i == 0 ? other : lock;
    KeAcquireSpinLock(first, &old);
    KeAcquireSpinLockAtDpcLevel(second);
    KeReleaseSpinLockFromDpcLevel(second);
    KeReleaseSpinLock(first, old);
    KeInitializeSpinLock(first);
  }
  EXPECT_THAT(codes(), IsEmpty());
}

// ---- 0x1002 ----

TEST_F(Misuse, ALockThatWasNotInitializedStops) {
  KSPIN_LOCK garbage = 0xDEADBEEF;
  SpinlabForgetLock(&garbage);
  KeAcquireSpinLock(&garbage, &old);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1002"));
}

TEST_F(Misuse, AnNdisLockAfterItsFreeStops) {
  NDIS_SPIN_LOCK ndis;
  NdisAllocateSpinLock(&ndis);
  NdisFreeSpinLock(&ndis);
  NdisAcquireSpinLock(&ndis);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1002"));
}

TEST_F(Misuse, AZeroedLockIsInitialized) {
  KSPIN_LOCK zeroed = 0;
  SpinlabForgetLock(&zeroed);
  KeAcquireSpinLock(&zeroed, &old);
  KeReleaseSpinLock(&zeroed, old);
  EXPECT_THAT(codes(), IsEmpty());
}

// ---- What Windows shows under its verifier ----

TEST_F(Misuse, AHeldWordOfTheNativeLayoutNamesItsOwner) {
  if (SpinlabBackendName() != std::string_view("native_layout")) GTEST_SKIP() << "another layout";
  const auto owner = reinterpret_cast<KSPIN_LOCK>(KeGetCurrentThread()) | 1;
  KeAcquireSpinLock(lock, &old);
  EXPECT_EQ(lock.word, owner);
  KeReleaseSpinLock(lock, old);
  EXPECT_EQ(lock.word, 0U);
  NDIS_SPIN_LOCK ndis;
  NdisAllocateSpinLock(&ndis);
  NdisAcquireSpinLock(&ndis);
  EXPECT_EQ(ndis.SpinLock, owner);
  NdisReleaseSpinLock(&ndis);
}

}  // namespace
}  // namespace spinlab::verifier
