// DPCs and service routines, which their processor calls: they end as they began.
#include <gmock/gmock.h>

#include "interface/spinlab_processors.h"
#include "tests/interface/verifier/stops.hpp"

namespace spinlab::verifier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr KIRQL kDeviceIrql = 5;

// The test's thread is processor 0.
class Routines : public Stops {
 protected:
  void SetUp() override {
    Stops::SetUp();
    SpinlabBecomeProcessor();
  }
  void TearDown() override {
    SpinlabLeaveProcessor();
    Stops::TearDown();
  }

  void run_dpc(PKDEFERRED_ROUTINE routine) {
    KDPC dpc;
    KeInitializeDpc(&dpc, routine, lock_);
    EXPECT_TRUE(KeInsertQueueDpc(&dpc, nullptr, nullptr));
  }
  void serve_interrupt(PKSERVICE_ROUTINE routine) {
    PKINTERRUPT interrupt = nullptr;
    ASSERT_EQ(IoConnectInterrupt(&interrupt, routine, lock_, nullptr, 0, kDeviceIrql, kDeviceIrql,
                                 Latched, FALSE, 1, FALSE),
              STATUS_SUCCESS);
    EXPECT_TRUE(SpinlabFireInterrupt(interrupt, 0));
    IoDisconnectInterrupt(interrupt);
  }

  InitializedLock lock_;
};

VOID keeps_lock(PKDPC, PVOID lock, PVOID, PVOID) {
  KeAcquireSpinLockAtDpcLevel(static_cast<PKSPIN_LOCK>(lock));
}

VOID stays_raised(PKDPC, PVOID, PVOID, PVOID) { KeRaiseIrqlToSynchLevel(); }

VOID releases_lock(PKDPC, PVOID lock, PVOID, PVOID) {
  KeAcquireSpinLockAtDpcLevel(static_cast<PKSPIN_LOCK>(lock));
  KeReleaseSpinLockFromDpcLevel(static_cast<PKSPIN_LOCK>(lock));
}

TEST_F(Routines, ADpcThatReturnsWithALockStops) {
  run_dpc(keeps_lock);
  const auto stops = take();
  ASSERT_EQ(stops.size(), 1U);
  EXPECT_EQ(stops[0].code, "0xC8");
  EXPECT_THAT(stops[0].text, HasSubstr("the DPC's end"));
  KeRaiseIrqlToDpcLevel();
  KeReleaseSpinLockFromDpcLevel(lock_);
}

TEST_F(Routines, ADpcThatReturnsAtARaisedIrqlStops) {
  run_dpc(stays_raised);
  EXPECT_THAT(codes(), ElementsAre("0xC8"));
}

TEST_F(Routines, ADpcThatEndsAsItBeganIsFine) {
  run_dpc(releases_lock);
  EXPECT_THAT(codes(), IsEmpty());
}

BOOLEAN serves_and_keeps_lock(PKINTERRUPT, PVOID lock) {
  KeAcquireSpinLockAtDpcLevel(static_cast<PKSPIN_LOCK>(lock));
  return TRUE;
}

BOOLEAN serves(PKINTERRUPT, PVOID lock) {
  KeAcquireSpinLockAtDpcLevel(static_cast<PKSPIN_LOCK>(lock));
  KeReleaseSpinLockFromDpcLevel(static_cast<PKSPIN_LOCK>(lock));
  return TRUE;
}

TEST_F(Routines, AServiceRoutineThatReturnsWithALockStops) {
  serve_interrupt(serves_and_keeps_lock);
  const auto stops = take();
  ASSERT_FALSE(stops.empty());
  EXPECT_EQ(stops[0].code, "0xC8");
  EXPECT_THAT(stops[0].text, HasSubstr("the service routine's end"));
  KeRaiseIrqlToDpcLevel();
  KeReleaseSpinLockFromDpcLevel(lock_);
}

// Its processor comes down from HIGH_LEVEL for it.
TEST_F(Routines, AServiceRoutineThatEndsAsItBeganIsFine) {
  serve_interrupt(serves);
  EXPECT_THAT(codes(), IsEmpty());
}

}  // namespace
}  // namespace spinlab::verifier
