// Misuse that a release is stopped for, beside the nearest thing that is correct.
#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/interface/verifier/stops.hpp"

namespace spinlab::verifier {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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

// ---- Handlers ----

TEST_F(Misuse, AHandlerThatThrowsLeavesTheLockAsItWas) {
  SpinlabSetStopHandler([](const SPINLAB_STOP*, void*) { throw std::runtime_error("misuse"); },
                        nullptr);
  KeAcquireSpinLock(lock, &old);
  EXPECT_THROW(KeReleaseSpinLock(lock, APC_LEVEL), std::runtime_error);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  EXPECT_FALSE(KeTestSpinLock(lock));
  KeReleaseSpinLock(lock, old);
  EXPECT_TRUE(KeTestSpinLock(lock));
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
