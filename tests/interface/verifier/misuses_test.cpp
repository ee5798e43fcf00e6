// Each misuse that the verifier knows, beside the nearest thing that is correct.
#include <chrono>
#include <string_view>
#include <thread>

#include "interface/spinlab_backend.h"
#include "tests/interface/verifier/stops.hpp"

namespace spinlab::verifier {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Misuse : public Stops {
 protected:
  InitializedLock lock;
  InitializedLock other;
  KIRQL old = 0;
  KIRQL older = 0;
};

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

// ---- 0x1007, 0x1004, 0x10 ----

TEST_F(Misuse, ReleasingAFreeLockStops) {
  KeAcquireSpinLock(lock, &old);
  KeReleaseSpinLock(lock, old);
  KeReleaseSpinLock(lock, old);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1007"));
}

TEST_F(Misuse, ReleasingAnotherThreadsLockStops) {
  KeAcquireSpinLock(lock, &old);
  std::thread([this] {
    const KIRQL irql = KeRaiseIrqlToDpcLevel();
    KeReleaseSpinLockFromDpcLevel(lock);
    KeLowerIrql(irql);
  }).join();
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1004"));
  KeReleaseSpinLock(lock, old);
  EXPECT_THAT(codes(), IsEmpty());
}

TEST_F(Misuse, WithoutDeadlockDetectionAReleaseOfAFreeLockIsNotOwned) {
  EXPECT_TRUE(SpinlabEnableRule("DeadlockDetection", FALSE));
  KeReleaseSpinLock(lock, PASSIVE_LEVEL);
  EXPECT_TRUE(SpinlabEnableRule("DeadlockDetection", TRUE));
  EXPECT_THAT(codes(), ElementsAre("0x10"));
}

TEST_F(Misuse, ReleasingEveryLockOnceIsFine) {
  KeAcquireSpinLock(lock, &old);
  KeAcquireSpinLock(other, &older);
  KeReleaseSpinLock(other, older);
  KeReleaseSpinLock(lock, old);
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

// ---- 0x30, 0x31 ----

TEST_F(Misuse, RaisingToALowerLevelStops) {
  KeRaiseIrql(SYNCH_LEVEL, &old);
  KeRaiseIrql(DISPATCH_LEVEL, &older);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x30"));
}

TEST_F(Misuse, LoweringToAHigherLevelStops) {
  KeLowerIrql(DISPATCH_LEVEL);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x31"));
}

TEST_F(Misuse, RaisingAndLoweringBackIsFine) {
  KeRaiseIrql(DISPATCH_LEVEL, &old);
  const KIRQL dispatch = KeRaiseIrqlToSynchLevel();
  KeLowerIrql(dispatch);
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

// ---- 0x1003 ----

TEST_F(Misuse, ReleasingTheOlderNdisLockFirstStopsBeforeTheIrqlIsLost) {
  NDIS_SPIN_LOCK first, second;
  NdisAllocateSpinLock(&first);
  NdisAllocateSpinLock(&second);
  NdisAcquireSpinLock(&first);
  NdisAcquireSpinLock(&second);
  KIRQL at_stop = HIGH_LEVEL;
  SpinlabSetStopHandler(
      [](const SPINLAB_STOP*, void* irql) { *static_cast<KIRQL*>(irql) = KeGetCurrentIrql(); },
      &at_stop);
  NdisReleaseSpinLock(&first);
  EXPECT_EQ(at_stop, DISPATCH_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  KeRaiseIrql(DISPATCH_LEVEL, &old);
  NdisReleaseSpinLock(&second);
  NdisFreeSpinLock(&first);
  NdisFreeSpinLock(&second);
}

TEST_F(Misuse, LoweringTheIrqlUnderALockStops) {
  KeAcquireSpinLock(lock, &old);
  KeLowerIrql(old);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1003"));
  KeRaiseIrql(DISPATCH_LEVEL, &older);
  KeReleaseSpinLock(lock, old);
  EXPECT_THAT(codes(), IsEmpty());
}

TEST_F(Misuse, HandOverHandThatKeepsTheLevelIsFine) {
  KeAcquireSpinLock(lock, &old);
  KeAcquireSpinLock(other, &older);
  KeReleaseSpinLock(lock, older);  // Back to what the other one found.
  KeReleaseSpinLock(other, old);

  KeAcquireSpinLock(lock, &old);
  KeAcquireSpinLockAtDpcLevel(other);
  KeReleaseSpinLockFromDpcLevel(lock);
  KeReleaseSpinLock(other, old);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  EXPECT_THAT(codes(), IsEmpty());
}

// ---- 0x1005, 0x100B ----

TEST_F(Misuse, InitializingALockInUseStops) {
  KeAcquireSpinLock(lock, &old);
  KeInitializeSpinLock(lock);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1005"));
  KeReleaseSpinLock(lock, old);  // It is free now.
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1007"));
}

TEST_F(Misuse, FreeingALockThatIsOwnedStops) {
  NDIS_SPIN_LOCK ndis;
  NdisAllocateSpinLock(&ndis);
  NdisAcquireSpinLock(&ndis);
  NdisFreeSpinLock(&ndis);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x100B"));
  NdisReleaseSpinLock(&ndis);  // Its storage is gone.
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x100B"));
}

TEST_F(Misuse, GivingUpTheStorageOfALockThatIsOwnedStops) {
  KeAcquireSpinLock(lock, &old);
  SpinlabForgetLock(&lock.word);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x100B"));
}

TEST_F(Misuse, FreeingAndInitializingALockThatIsFreeIsFine) {
  NDIS_SPIN_LOCK ndis;
  for (int i = 0; i < 2; ++i) {
    NdisAllocateSpinLock(&ndis);
    NdisAcquireSpinLock(&ndis);
    NdisReleaseSpinLock(&ndis);
    NdisFreeSpinLock(&ndis);
  }
  KeInitializeSpinLock(lock);
  KeInitializeSpinLock(lock);
  EXPECT_THAT(codes(), IsEmpty());
}

// ---- 0x1008, 0x1009 ----

TEST_F(Misuse, PlainAndQueuedAcquiresOfOneLockStop) {
  KLOCK_QUEUE_HANDLE handle;
  KeAcquireSpinLock(lock, &old);
  KeReleaseSpinLock(lock, old);
  KeAcquireInStackQueuedSpinLock(lock, &handle);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1008"));
  KeReleaseInStackQueuedSpinLock(&handle);
}

TEST_F(Misuse, AHandleForTwoLocksAtOnceStops) {
  KLOCK_QUEUE_HANDLE handle;
  KeAcquireInStackQueuedSpinLock(lock, &handle);
  KeAcquireInStackQueuedSpinLock(other, &handle);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1008"));
  KeReleaseInStackQueuedSpinLock(&handle);
  EXPECT_THAT(codes(), IsEmpty());
}

TEST_F(Misuse, AHandleSharedBetweenThreadsStops) {
  KLOCK_QUEUE_HANDLE handle;
  KeAcquireInStackQueuedSpinLock(lock, &handle);
  std::thread([&] { KeAcquireInStackQueuedSpinLock(other, &handle); }).join();
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1008"));
  std::thread([&] { KeReleaseInStackQueuedSpinLock(&handle); }).join();
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1004"));
  KeReleaseInStackQueuedSpinLock(&handle);
}

TEST_F(Misuse, NdisAcquireReleasedByNdisDprReleaseStops) {
  NDIS_SPIN_LOCK ndis;
  NdisAllocateSpinLock(&ndis);
  NdisAcquireSpinLock(&ndis);
  NdisDprReleaseSpinLock(&ndis);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1009"));
  NdisFreeSpinLock(&ndis);
}

TEST_F(Misuse, NdisDprAcquireReleasedByNdisReleaseStops) {
  NDIS_SPIN_LOCK ndis;
  NdisAllocateSpinLock(&ndis);
  KeRaiseIrql(DISPATCH_LEVEL, &old);
  NdisDprAcquireSpinLock(&ndis);
  NdisReleaseSpinLock(&ndis);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1009"));
  NdisFreeSpinLock(&ndis);
}

TEST_F(Misuse, TheWrongModeOfAReaderWriterLockStops) {
  EX_SPIN_LOCK rw = 0;
  SpinlabForgetLock(&rw);
  old = ExAcquireSpinLockShared(&rw);
  ExReleaseSpinLockExclusive(&rw, old);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1009"));
}

TEST_F(Misuse, MixedPlainReleasesStopUnlessTheyAreSwitchedOff) {
  KeAcquireSpinLock(lock, &old);
  KeReleaseSpinLockFromDpcLevel(lock);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x1009"));
  SpinlabEnableRule("SpinLockSafe", FALSE);
  KeAcquireSpinLockAtDpcLevel(lock);
  KeReleaseSpinLockFromDpcLevel(lock);
  KeRaiseIrqlToSynchLevel();
  KeAcquireSpinLockAtDpcLevel(lock);
  SpinlabEnableRule("SpinLock", FALSE);
  KeReleaseSpinLock(lock, DISPATCH_LEVEL);
  SpinlabEnableRule("SpinLock", TRUE);
  SpinlabEnableRule("SpinLockSafe", TRUE);
  EXPECT_THAT(codes(), IsEmpty());
}

TEST_F(Misuse, EachAcquireWithItsOwnReleaseIsFine) {
  KLOCK_QUEUE_HANDLE handle;
  KeAcquireInStackQueuedSpinLock(lock, &handle);
  KeReleaseInStackQueuedSpinLock(&handle);
  KeAcquireInStackQueuedSpinLock(other, &handle);
  KeReleaseInStackQueuedSpinLock(&handle);
  KeInitializeSpinLock(lock);  // Another lock from now on.
  KeAcquireSpinLock(lock, &old);
  KeReleaseSpinLock(lock, old);
  KeRaiseIrql(DISPATCH_LEVEL, &old);
  EXPECT_TRUE(KeTryToAcquireSpinLockAtDpcLevel(lock));
  KeReleaseSpinLock(lock, old);  // Either release, and any IRQL that fits.
  EX_SPIN_LOCK rw = 0;
  SpinlabForgetLock(&rw);
  old = ExAcquireSpinLockShared(&rw);
  EXPECT_TRUE(ExTryConvertSharedSpinLockExclusive(&rw));
  ExReleaseSpinLockExclusive(&rw, old);
  EXPECT_THAT(codes(), IsEmpty());
}

// ---- 0x20015 ----

TEST_F(Misuse, ReleasingToAnotherIrqlThanTheOldOneStops) {
  KeAcquireSpinLock(lock, &old);
  KeReleaseSpinLock(lock, APC_LEVEL);
  EXPECT_THAT(codes(), ElementsAre("0xC4/0x20015"));
}

TEST_F(Misuse, ReleasingToTheOldIrqlIsFine) {
  KeRaiseIrql(APC_LEVEL, &older);
  KeAcquireSpinLock(lock, &old);
  KeReleaseSpinLock(lock, APC_LEVEL);
  KeLowerIrql(older);
  EXPECT_THAT(codes(), IsEmpty());
}

// ---- 0xC8 ----

TEST_F(Misuse, AThreadThatEndsWithALockStops) {
  std::thread([this] { KeAcquireSpinLockRaiseToDpc(lock); }).join();
  EXPECT_THAT(codes(), ElementsAre("0xC8"));
  SpinlabEnableRule("DeadlockDetection", FALSE);
  KeInitializeSpinLock(lock);
  SpinlabEnableRule("DeadlockDetection", TRUE);
}

TEST_F(Misuse, AThreadThatEndsAtARaisedIrqlStops) {
  std::thread([this] {
    KeAcquireSpinLock(lock, &old);
    KeReleaseSpinLock(lock, old);
    KeRaiseIrqlToDpcLevel();
  }).join();
  EXPECT_THAT(codes(), ElementsAre("0xC8"));
}

void takes_and_keeps(KSPIN_LOCK* lock) {
  SPINLAB_MARK_ROUTINE();
  KeAcquireSpinLockAtDpcLevel(lock);
}

TEST_F(Misuse, AMarkedRoutineThatReturnsWithALockStops) {
  KeRaiseIrql(DISPATCH_LEVEL, &old);
  takes_and_keeps(lock);
  EXPECT_THAT(codes(), ElementsAre("0xC8"));
  KeReleaseSpinLockFromDpcLevel(lock);
}

BOOLEAN raises_and_returns(PVOID) { return KeRaiseIrqlToSynchLevel() != 0 ? TRUE : FALSE; }

TEST_F(Misuse, ASynchronizedRoutineThatReturnsAtARaisedIrqlStops) {
  PKINTERRUPT interrupt = nullptr;
  ASSERT_EQ(IoConnectInterrupt(
                &interrupt, [](PKINTERRUPT, PVOID) -> BOOLEAN { return TRUE; }, nullptr, nullptr, 0,
                5, 5, LevelSensitive, FALSE, 1, FALSE),
            STATUS_SUCCESS);
  KeSynchronizeExecution(interrupt, raises_and_returns, nullptr);
  // And the release of the interrupt's lock is at another level then.
  EXPECT_THAT(codes(), ElementsAre("0xC8", "0xC4/0x32"));
  IoDisconnectInterrupt(interrupt);
}

void takes_and_releases(KSPIN_LOCK* lock) {
  SPINLAB_MARK_ROUTINE();
  KeAcquireSpinLockAtDpcLevel(lock);
  KeReleaseSpinLockFromDpcLevel(lock);
}

TEST_F(Misuse, AMarkedRoutineMayReturnWithTheLocksThatItsCallerHeld) {
  KeAcquireSpinLock(other, &old);
  takes_and_releases(lock);
  KeReleaseSpinLock(other, old);
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

// ---- 0x133 ----

TEST_F(Misuse, HoldingALockPastTheLimitIsReportedAndGoesOn) {
  SpinlabSetHoldLimit(1000);
  std::vector<SeenStop> seen;
  // A thread that was switched out is not to blame: then there is no report, and we try again.
  while (seen.empty()) {
    KeAcquireSpinLock(lock, &old);
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(2);
    while (std::chrono::steady_clock::now() < end) continue;
    KeReleaseSpinLock(lock, old);
    seen = take();
  }
  EXPECT_EQ(seen.front().code, "0x133");
  EXPECT_FALSE(seen.front().stops);
}

TEST_F(Misuse, HoldingALockUpToTheLimitIsFine) {
  SpinlabSetHoldLimit(4'000'000);
  KeAcquireSpinLock(lock, &old);
  KeReleaseSpinLock(lock, old);
  EXPECT_THAT(codes(), IsEmpty());
}

}  // namespace
}  // namespace spinlab::verifier
