// Guards: each takes its lock, raises the IRQL as its acquire does, and undoes both.
#include <gmock/gmock.h>

#include <type_traits>

#include "interface/spinlab_guards.hpp"
#include "tests/contention.hpp"
#include "tests/interface/other_reader.hpp"

namespace spinlab::ke {
namespace {

template <class Guard, KIRQL kLevelInside, KIRQL kLevelOutside = APC_LEVEL>
struct Case {
  using Type = Guard;
  static constexpr KIRQL kInside = kLevelInside;
  static constexpr KIRQL kOutside = kLevelOutside;
};
template <class Guard>
using CaseAtDpc = Case<Guard, DISPATCH_LEVEL, DISPATCH_LEVEL>;

template <class Case>
class SpinLockGuards : public testing::Test {};
using Cases =
    testing::Types<Case<spin_lock_guard, DISPATCH_LEVEL>, Case<synch_spin_lock_guard, SYNCH_LEVEL>,
                   Case<for_dpc_spin_lock_guard, DISPATCH_LEVEL>, CaseAtDpc<at_dpc_spin_lock_guard>,
                   CaseAtDpc<try_spin_lock_guard>, Case<queued_spin_lock_guard, DISPATCH_LEVEL>,
                   Case<synch_queued_spin_lock_guard, SYNCH_LEVEL>,
                   Case<for_dpc_queued_spin_lock_guard, DISPATCH_LEVEL>,
                   CaseAtDpc<at_dpc_queued_spin_lock_guard>>;
TYPED_TEST_SUITE(SpinLockGuards, Cases);

TYPED_TEST(SpinLockGuards, HoldTheLockAtTheirLevelUntilTheyEnd) {
  KSPIN_LOCK lock;
  KeInitializeSpinLock(&lock);
  const irql_guard outside(TypeParam::kOutside);
  {
    const typename TypeParam::Type inside(lock);
    EXPECT_EQ(KeTestSpinLock(&lock), FALSE);
    EXPECT_EQ(KeGetCurrentIrql(), TypeParam::kInside);
  }
  EXPECT_EQ(KeTestSpinLock(&lock), TRUE);
  EXPECT_EQ(KeGetCurrentIrql(), TypeParam::kOutside);
}

TYPED_TEST(SpinLockGuards, AreNeitherCopiedNorMoved) {
  using Guard = typename TypeParam::Type;
  EXPECT_FALSE(std::is_copy_constructible_v<Guard> || std::is_move_constructible_v<Guard>);
  EXPECT_FALSE(std::is_copy_assignable_v<Guard> || std::is_move_assignable_v<Guard>);
}

TEST(SpinLockGuard, ExcludesConcurrentCriticalSections) {
  KSPIN_LOCK lock;
  KeInitializeSpinLock(&lock);
  expect_exclusion(contend([&](Section& section, bool linger) {
    const spin_lock_guard inside(lock);
    section.visit(linger);
  }));
}

TEST(QueuedSpinLockGuard, ExcludesConcurrentCriticalSections) {
  KSPIN_LOCK lock;
  KeInitializeSpinLock(&lock);
  expect_exclusion(contend([&](Section& section, bool linger) {
    const queued_spin_lock_guard inside(lock);
    section.visit(linger);
  }));
}

TEST(TrySpinLockGuard, OfAHeldLockHoldsNothing) {
  KSPIN_LOCK lock;
  KeInitializeSpinLock(&lock);
  const spin_lock_guard outer(lock);
  std::thread([&lock] {
    const irql_guard at_dispatch(DISPATCH_LEVEL);
    const try_spin_lock_guard inner(lock);
    EXPECT_FALSE(inner);
  }).join();
  EXPECT_EQ(KeTestSpinLock(&lock), FALSE);
}

TEST(IrqlGuard, SetsTheFormerLevel) {
  {
    const irql_guard raised(HIGH_LEVEL);
    EXPECT_EQ(raised.old_irql(), PASSIVE_LEVEL);
    EXPECT_EQ(KeGetCurrentIrql(), HIGH_LEVEL);
  }
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(NumberedSpinLockGuards, HoldTheNumberUntilTheyEnd) {
  KIRQL old = 99;
  {
    const numbered_spin_lock_guard inside(LockQueueMasterLock);
    const cancel_spin_lock_guard inner;
    EXPECT_EQ(inside.old_irql(), PASSIVE_LEVEL);
    EXPECT_EQ(inner.old_irql(), DISPATCH_LEVEL);
    std::jthread([&old] {
      EXPECT_FALSE(KeTryToAcquireQueuedSpinLock(LockQueueMasterLock, &old));
      EXPECT_FALSE(KeTryToAcquireQueuedSpinLock(LockQueueIoCancelLock, &old));
    });
  }
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  ASSERT_TRUE(KeTryToAcquireQueuedSpinLock(LockQueueMasterLock, &old));
  KeReleaseQueuedSpinLock(LockQueueMasterLock, old);
}

TEST(NumberedSpinLockGuards, RaiseToSynchLevelWhereTheirNameSaysSo) {
  {
    const synch_numbered_spin_lock_guard inside(LockQueueMasterLock);
    EXPECT_EQ(KeGetCurrentIrql(), SYNCH_LEVEL);
  }
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

template <class Guard, KIRQL kInside>
void expect_a_try_of_a_number() {
  {
    const Guard inside(LockQueueMasterLock);
    EXPECT_TRUE(inside);
    EXPECT_EQ(KeGetCurrentIrql(), kInside);
    std::jthread([] {
      const Guard refused(LockQueueMasterLock);
      EXPECT_FALSE(refused);
      EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    });
  }
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  const Guard again(LockQueueMasterLock);
  EXPECT_TRUE(again);
}

TEST(TryNumberedSpinLockGuards, HoldTheNumberOrNothing) {
  expect_a_try_of_a_number<try_numbered_spin_lock_guard, DISPATCH_LEVEL>();
  expect_a_try_of_a_number<try_synch_numbered_spin_lock_guard, SYNCH_LEVEL>();
}

TEST(NdisSpinLockGuards, KeepTheOldIrqlInTheLockOrLeaveIt) {
  NDIS_SPIN_LOCK lock;
  NdisAllocateSpinLock(&lock);
  {
    const ndis_spin_lock_guard inside(lock);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    EXPECT_EQ(KeTestSpinLock(&lock.SpinLock), FALSE);
  }
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  {
    const irql_guard at_dispatch(DISPATCH_LEVEL);
    const ndis_dpr_spin_lock_guard inside(lock);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    EXPECT_EQ(KeTestSpinLock(&lock.SpinLock), FALSE);
  }
  EXPECT_EQ(KeTestSpinLock(&lock.SpinLock), TRUE);
  NdisFreeSpinLock(&lock);
}

constexpr EX_SPIN_LOCK kWriter = INT32_MIN;

// No function initialises one, and storage on the stack may have been another kind of lock.
EX_SPIN_LOCK ex_spin_lock = 0;

TEST(ExclusiveGuards, HoldTheLockAsItsWriter) {
  EX_SPIN_LOCK& lock = ex_spin_lock;
  {
    const exclusive_guard inside(lock);
    EXPECT_EQ(lock, kWriter);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  }
  {
    const irql_guard at_dispatch(DISPATCH_LEVEL);
    const at_dpc_exclusive_guard inside(lock);
    EXPECT_EQ(lock, kWriter);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  }
  EXPECT_EQ(lock, 0);
}

TEST(SharedGuards, ReleaseAsWhatTheyAreThen) {
  EX_SPIN_LOCK& lock = ex_spin_lock;
  {
    shared_guard inside(lock);
    {
      const OtherReader other(lock);
      EXPECT_EQ(lock, 2);
      EXPECT_FALSE(inside.try_convert());
    }
    EXPECT_FALSE(inside.is_exclusive());
    EXPECT_TRUE(inside.try_convert());
    EXPECT_TRUE(inside.try_convert());
    EXPECT_EQ(lock, kWriter);
  }
  EXPECT_EQ(lock, 0);
  {
    const shared_guard inside(lock);
    EXPECT_EQ(inside.old_irql(), PASSIVE_LEVEL);
    EXPECT_EQ(lock, 1);
  }
  EXPECT_EQ(lock, 0);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(AtDpcSharedGuard, ReleasesAsWhatItIsThen) {
  EX_SPIN_LOCK& lock = ex_spin_lock;
  const irql_guard at_dispatch(DISPATCH_LEVEL);
  {
    at_dpc_shared_guard inside(lock);
    {
      const OtherReader other(lock);
      EXPECT_FALSE(inside.try_convert());
    }
    EXPECT_TRUE(inside.try_convert());
    EXPECT_EQ(lock, kWriter);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  }
  EXPECT_EQ(lock, 0);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  {
    const at_dpc_shared_guard inside(lock);
    EXPECT_EQ(lock, 1);
  }
  EXPECT_EQ(lock, 0);
}

TEST(NdisRwGuards, HaveAStateOfTheirOwnEach) {
  const PNDIS_RW_LOCK_EX lock = NdisAllocateRWLock(nullptr);
  {
    const ndis_write_guard outer(*lock);
    const ndis_write_guard inner(*lock);
    const ndis_read_guard read(*lock, NDIS_RWL_AT_DISPATCH_LEVEL);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  }
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  std::jthread([lock] { const ndis_write_guard alone(*lock); });
  NdisFreeRWLock(lock);
}

TEST(InterruptGuard, RaisesToTheInterruptsLevel) {
  PKINTERRUPT interrupt = nullptr;
  const auto routine = [](PKINTERRUPT, PVOID) -> BOOLEAN { return FALSE; };
  ASSERT_EQ(
      IoConnectInterrupt(&interrupt, routine, nullptr, nullptr, 0, 5, 6, Latched, FALSE, 1, FALSE),
      STATUS_SUCCESS);
  {
    const interrupt_guard inside(*interrupt);
    EXPECT_EQ(KeGetCurrentIrql(), 6);
  }
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  IoDisconnectInterrupt(interrupt);
}

}  // namespace
}  // namespace spinlab::ke
