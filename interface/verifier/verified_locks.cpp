// The verified functions of spin locks with an owner: Ke, numbered, NDIS.
#include <atomic>

#include "interface/refuse_number.hpp"
#include "interface/verifier/through.hpp"
#include "interface/verifier/verified_core.hpp"
#include "interface/wdm.h"

namespace spinlab::verifier {
namespace {

// While it is held, the word of a lock in Windows' own layout names its owner.
void show_owner(KSPIN_LOCK* lock) {
  if (!shows_native_words()) return;
  // relaxed: waiters look for zero only.
  std::atomic_ref(*lock).store(reinterpret_cast<KSPIN_LOCK>(KeGetCurrentThread()) | 1,
                               std::memory_order::relaxed);
}

template <class Acquire>
auto acquire_plain(Door door, KSPIN_LOCK* lock, KIRQL raises_to, Acquire acquire) {
  return acquire_through(Acquiring(door, lock, raises_to), [=] {
    if constexpr (std::is_void_v<decltype(acquire(lock))>) {
      acquire(lock);
      show_owner(lock);
    } else {
      const KIRQL old_irql = acquire(lock);
      show_owner(lock);
      return old_irql;
    }
  });
}

void release_plain(Door door, KSPIN_LOCK* lock, KIRQL new_irql,
                   void (*release)(KSPIN_LOCK*, KIRQL)) {
  release_through(Releasing(door, lock, new_irql), [=] { release(lock, new_irql); });
}

void acquire_queued(Door door, KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle, KIRQL raises_to,
                    void (*acquire)(KSPIN_LOCK*, KLOCK_QUEUE_HANDLE*)) {
  acquire_through(Acquiring(door, lock, raises_to, handle), [=] { acquire(lock, handle); });
}

// The lock that the handle names; the handle itself, if it names none.
const volatile void* lock_of(const KLOCK_QUEUE_HANDLE* handle) {
  constexpr std::uintptr_t kBits = 3;
  const auto lock = reinterpret_cast<std::uintptr_t>(handle->LockQueue.Lock) & ~kBits;
  return lock != 0 ? reinterpret_cast<const volatile void*>(lock) : handle;
}

void release_queued(Door door, KLOCK_QUEUE_HANDLE* handle, bool restores,
                    void (*release)(KLOCK_QUEUE_HANDLE*)) {
  const auto new_irql = restores ? std::optional(handle->OldIrql) : std::nullopt;
  release_through(Releasing(door, lock_of(handle), new_irql, handle), [=] { release(handle); });
}

// What stands for the lock of a number in records: the locks themselves are the backend's.
const volatile void* stand_in(KSPIN_LOCK_QUEUE_NUMBER number) {
  if (static_cast<std::size_t>(number) >= LockQueueMaximumLock) [[unlikely]]
    refuse_number(LockQueueMaximumLock);
  static KSPIN_LOCK words[LockQueueMaximumLock]{};
  return &words[number];
}

}  // namespace

void VerifiedCore::Ke::initialize(KSPIN_LOCK* lock) {
  initializing(lock);
  unchecked().KeInitializeSpinLock(lock);
}

KIRQL VerifiedCore::Ke::acquire_raise_to_dpc(KSPIN_LOCK* lock) {
  return acquire_plain(Door::kPlain, lock, DISPATCH_LEVEL, unchecked().KeAcquireSpinLockRaiseToDpc);
}

KIRQL VerifiedCore::Ke::acquire_raise_to_synch(KSPIN_LOCK* lock) {
  return acquire_plain(Door::kPlain, lock, SYNCH_LEVEL, unchecked().KeAcquireSpinLockRaiseToSynch);
}

KIRQL VerifiedCore::Ke::acquire_for_dpc(KSPIN_LOCK* lock) {
  return acquire_plain(Door::kForDpc, lock, DISPATCH_LEVEL, unchecked().KeAcquireSpinLockForDpc);
}

void VerifiedCore::Ke::acquire_at_dpc(KSPIN_LOCK* lock) {
  acquire_plain(Door::kAtDpc, lock, DISPATCH_LEVEL, unchecked().KeAcquireSpinLockAtDpcLevel);
}

void VerifiedCore::Ke::release(KSPIN_LOCK* lock, KIRQL new_irql) {
  release_plain(Door::kPlain, lock, new_irql, unchecked().KeReleaseSpinLock);
}

void VerifiedCore::Ke::release_for_dpc(KSPIN_LOCK* lock, KIRQL old_irql) {
  release_plain(Door::kForDpc, lock, old_irql, unchecked().KeReleaseSpinLockForDpc);
}

void VerifiedCore::Ke::release_from_dpc(KSPIN_LOCK* lock) {
  release_through(Releasing(Door::kAtDpc, lock, std::nullopt),
                  [=] { unchecked().KeReleaseSpinLockFromDpcLevel(lock); });
}

bool VerifiedCore::Ke::try_acquire_at_dpc(KSPIN_LOCK* lock) {
  return try_through(Acquiring(Acquiring::Tries(), Door::kTry, lock, DISPATCH_LEVEL), [=] {
    const bool is_taken = unchecked().KeTryToAcquireSpinLockAtDpcLevel(lock) != FALSE;
    if (is_taken) show_owner(lock);
    return is_taken;
  });
}

bool VerifiedCore::Ke::test(KSPIN_LOCK* lock) { return unchecked().KeTestSpinLock(lock) != FALSE; }

void VerifiedCore::Ke::acquire_in_stack(KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle) {
  acquire_queued(Door::kQueued, lock, handle, DISPATCH_LEVEL,
                 unchecked().KeAcquireInStackQueuedSpinLock);
}

void VerifiedCore::Ke::acquire_in_stack_raise_to_synch(KSPIN_LOCK* lock,
                                                       KLOCK_QUEUE_HANDLE* handle) {
  acquire_queued(Door::kQueued, lock, handle, SYNCH_LEVEL,
                 unchecked().KeAcquireInStackQueuedSpinLockRaiseToSynch);
}

void VerifiedCore::Ke::acquire_in_stack_for_dpc(KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle) {
  acquire_queued(Door::kQueuedForDpc, lock, handle, DISPATCH_LEVEL,
                 unchecked().KeAcquireInStackQueuedSpinLockForDpc);
}

void VerifiedCore::Ke::acquire_in_stack_at_dpc(KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle) {
  acquire_queued(Door::kQueuedAtDpc, lock, handle, DISPATCH_LEVEL,
                 unchecked().KeAcquireInStackQueuedSpinLockAtDpcLevel);
}

void VerifiedCore::Ke::release_in_stack(KLOCK_QUEUE_HANDLE* handle) {
  release_queued(Door::kQueued, handle, true, unchecked().KeReleaseInStackQueuedSpinLock);
}

void VerifiedCore::Ke::release_in_stack_for_dpc(KLOCK_QUEUE_HANDLE* handle) {
  release_queued(Door::kQueuedForDpc, handle, true,
                 unchecked().KeReleaseInStackQueuedSpinLockForDpc);
}

void VerifiedCore::Ke::release_in_stack_from_dpc(KLOCK_QUEUE_HANDLE* handle) {
  release_queued(Door::kQueuedAtDpc, handle, false,
                 unchecked().KeReleaseInStackQueuedSpinLockFromDpcLevel);
}

KIRQL VerifiedCore::NumberedLocks::acquire(KSPIN_LOCK_QUEUE_NUMBER number) {
  return acquire_through(Acquiring(Door::kNumbered, stand_in(number), DISPATCH_LEVEL),
                         [=] { return unchecked().KeAcquireQueuedSpinLock(number); });
}

KIRQL VerifiedCore::NumberedLocks::acquire_raise_to_synch(KSPIN_LOCK_QUEUE_NUMBER number) {
  return acquire_through(Acquiring(Door::kNumbered, stand_in(number), SYNCH_LEVEL),
                         [=] { return unchecked().KeAcquireQueuedSpinLockRaiseToSynch(number); });
}

LOGICAL VerifiedCore::NumberedLocks::try_acquire(KSPIN_LOCK_QUEUE_NUMBER number, KIRQL* old_irql) {
  return try_through(
      Acquiring(Acquiring::Tries(), Door::kNumbered, stand_in(number), DISPATCH_LEVEL),
      [=] { return unchecked().KeTryToAcquireQueuedSpinLock(number, old_irql) != FALSE; });
}

BOOLEAN VerifiedCore::NumberedLocks::try_acquire_raise_to_synch(KSPIN_LOCK_QUEUE_NUMBER number,
                                                                KIRQL* old_irql) {
  return try_through(
      Acquiring(Acquiring::Tries(), Door::kNumbered, stand_in(number), SYNCH_LEVEL), [=] {
        return unchecked().KeTryToAcquireQueuedSpinLockRaiseToSynch(number, old_irql) != FALSE;
      });
}

void VerifiedCore::NumberedLocks::release(KSPIN_LOCK_QUEUE_NUMBER number, KIRQL old_irql) {
  release_through(Releasing(Door::kNumbered, stand_in(number), old_irql),
                  [=] { unchecked().KeReleaseQueuedSpinLock(number, old_irql); });
}

void VerifiedCore::NumberedLocks::acquire_cancel(KIRQL* old_irql) {
  *old_irql = current_irql<Host>();  // If it is left out.
  acquire_through(Acquiring(Door::kCancel, stand_in(LockQueueIoCancelLock), DISPATCH_LEVEL),
                  [=] { unchecked().IoAcquireCancelSpinLock(old_irql); });
}

void VerifiedCore::NumberedLocks::release_cancel(KIRQL old_irql) {
  release_through(Releasing(Door::kCancel, stand_in(LockQueueIoCancelLock), old_irql),
                  [=] { unchecked().IoReleaseCancelSpinLock(old_irql); });
}

void VerifiedCore::Ndis::allocate(NDIS_SPIN_LOCK* lock) {
  initializing(&lock->SpinLock);
  unchecked().NdisAllocateSpinLock(lock);
}

void VerifiedCore::Ndis::free(NDIS_SPIN_LOCK* lock) {
  freeing(&lock->SpinLock);
  unchecked().NdisFreeSpinLock(lock);
}

void VerifiedCore::Ndis::acquire(NDIS_SPIN_LOCK* lock) {
  acquire_plain(Door::kNdis, &lock->SpinLock, DISPATCH_LEVEL,
                [=](KSPIN_LOCK*) { unchecked().NdisAcquireSpinLock(lock); });
}

void VerifiedCore::Ndis::release(NDIS_SPIN_LOCK* lock) {
  release_through(Releasing(Door::kNdis, &lock->SpinLock, lock->OldIrql),
                  [=] { unchecked().NdisReleaseSpinLock(lock); });
}

void VerifiedCore::Ndis::dpr_acquire(NDIS_SPIN_LOCK* lock) {
  acquire_plain(Door::kNdisDpr, &lock->SpinLock, DISPATCH_LEVEL,
                [=](KSPIN_LOCK*) { unchecked().NdisDprAcquireSpinLock(lock); });
}

void VerifiedCore::Ndis::dpr_release(NDIS_SPIN_LOCK* lock) {
  release_through(Releasing(Door::kNdisDpr, &lock->SpinLock, std::nullopt),
                  [=] { unchecked().NdisDprReleaseSpinLock(lock); });
}

}  // namespace spinlab::verifier
