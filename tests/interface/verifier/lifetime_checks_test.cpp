// Misuse of what begins and ends, beside the nearest thing that is correct: levels, locks, routines,
// threads.
#include <thread>

#include "tests/interface/verifier/stops.hpp"

namespace spinlab::verifier {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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

}  // namespace
}  // namespace spinlab::verifier
