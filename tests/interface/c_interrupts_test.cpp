// Interrupt objects and what is synchronised with them, over every backend.
#include <gmock/gmock.h>
#include <ndis.h>
#include <wdm.h>

#include "tests/contention.hpp"
#include "tests/interface/c_functions.hpp"

namespace spinlab {
namespace {

constexpr KIRQL kDeviceIrql = 5;
constexpr KIRQL kSynchronizeIrql = 7;

BOOLEAN not_ours(PKINTERRUPT, PVOID) { return FALSE; }

NTSTATUS connect(PKINTERRUPT* interrupt, PKSPIN_LOCK lock, KIRQL irql = kDeviceIrql,
                 KIRQL synchronize_irql = kSynchronizeIrql) {
  return IoConnectInterrupt(interrupt, not_ours, nullptr, lock, 0, irql, synchronize_irql, Latched,
                            FALSE, 1, FALSE);
}

class Interrupt : public testing::Test {
 protected:
  Interrupt() {
    KeInitializeSpinLock(&lock_);
    EXPECT_EQ(connect(&interrupt_, &lock_), STATUS_SUCCESS);
  }
  ~Interrupt() override {
    IoDisconnectInterrupt(interrupt_);
    KeLowerIrql(PASSIVE_LEVEL);
  }

  void expect_raise_and_restore_from(KIRQL level) {
    KfRaiseIrql(level);
    const KIRQL old = KeAcquireInterruptSpinLock(interrupt_);
    EXPECT_EQ(old, level);
    EXPECT_EQ(KeGetCurrentIrql(), kSynchronizeIrql);
    EXPECT_FALSE(others_can_take(lock_));
    KeReleaseInterruptSpinLock(interrupt_, old);
    EXPECT_EQ(KeGetCurrentIrql(), level);
    EXPECT_TRUE(others_can_take(lock_));
  }

  KSPIN_LOCK lock_;
  PKINTERRUPT interrupt_ = nullptr;
};

TEST_F(Interrupt, SpinLockRaisesToSynchronizeIrqlAndRestores) {
  for (const auto level : std::initializer_list<KIRQL>{0, 1, 2, kDeviceIrql, kSynchronizeIrql})
    expect_raise_and_restore_from(level);
}

using UncheckedInterrupt = Interrupt;

TEST_F(UncheckedInterrupt, SpinLockGoesDownToSynchronizeIrqlAndRestores) {
  expect_raise_and_restore_from(HIGH_LEVEL);
}

struct Seen {
  KSPIN_LOCK* lock;
  KIRQL irql;
  bool locked;
  BOOLEAN answer;
};

BOOLEAN look(PVOID context) {
  Seen& seen = *static_cast<Seen*>(context);
  seen.irql = KeGetCurrentIrql();
  seen.locked = !others_can_take(*seen.lock);
  return seen.answer;
}

TEST_F(Interrupt, SynchronizedRoutinesRunAtItsLevelWithItsLock) {
  using Synchronize = BOOLEAN (*)(PKINTERRUPT, PKSYNCHRONIZE_ROUTINE, PVOID);
  const Synchronize ndis = [](PKINTERRUPT interrupt, PKSYNCHRONIZE_ROUTINE routine, PVOID context) {
    return NdisMSynchronizeWithInterruptEx(interrupt, 0, routine, context);
  };
  KfRaiseIrql(APC_LEVEL);
  for (const Synchronize synchronize : {Synchronize{KeSynchronizeExecution}, ndis})
    for (const BOOLEAN answer : {BOOLEAN{TRUE}, BOOLEAN{FALSE}}) {
      Seen seen{&lock_, 0, false, answer};
      EXPECT_EQ(synchronize(interrupt_, look, &seen), answer);
      EXPECT_EQ(seen.irql, kSynchronizeIrql);
      EXPECT_TRUE(seen.locked);
      EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
      EXPECT_TRUE(others_can_take(lock_));
    }
}

TEST_F(Interrupt, SynchronizedRoutinesExcludeHoldersOfTheLock) {
  struct Visit {
    Section* section;
    bool linger;
  };
  const auto visit = [](PVOID context) -> BOOLEAN {
    const Visit& of = *static_cast<Visit*>(context);
    of.section->visit(of.linger);
    return TRUE;
  };
  expect_exclusion(contend([&](Section& section, bool linger) {
    Visit of{&section, linger};
    if (linger) {
      const KIRQL old = KeAcquireInterruptSpinLock(interrupt_);
      visit(&of);
      KeReleaseInterruptSpinLock(interrupt_, old);
    } else {
      EXPECT_EQ(NdisMSynchronizeWithInterruptEx(interrupt_, 0, visit, &of), TRUE);
    }
  }));
}

TEST_F(Interrupt, WithoutALockHasOneOfItsOwn) {
  PKINTERRUPT other = nullptr;
  ASSERT_EQ(connect(&other, nullptr), STATUS_SUCCESS);
  const KIRQL old = KeAcquireInterruptSpinLock(interrupt_);
  const KIRQL inner = KeAcquireInterruptSpinLock(other);
  EXPECT_EQ(inner, kSynchronizeIrql);
  KeReleaseInterruptSpinLock(other, inner);
  KeReleaseInterruptSpinLock(interrupt_, old);
  IoDisconnectInterrupt(other);
}

TEST_F(Interrupt, LevelsThatMakeNoSenseAreRefused) {
  PKINTERRUPT none = nullptr;
  EXPECT_EQ(connect(&none, &lock_, DISPATCH_LEVEL, 5), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(connect(&none, &lock_, 6, 5), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(connect(&none, &lock_, 6, HIGH_LEVEL + 1), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(none, nullptr);
}

}  // namespace
}  // namespace spinlab
