// Guards over the C functions: each acquires when it is made and calls the release that belongs to
// that acquire when it ends. There is no release to choose, no old IRQL to keep, and no handle to
// share.
//
//   spinlab::ke::spin_lock_guard inside(lock);
//
// A guard stays where it is made (a queued one is the waiting node), belongs to the thread that
// made it, and ends before its lock. Locks are references: none can be null. For any backend; link
// as for wdm.h.
#pragma once

#include "ndis.h"
#include "ntifs.h"

namespace spinlab::ke {

// What all guards are: neither copied nor moved.
class guard {
 public:
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;

 protected:
  guard() = default;
  ~guard() = default;
};

// Raises the IRQL, and sets the former one.
class [[nodiscard]] irql_guard : guard {
 public:
  explicit irql_guard(KIRQL level) : old_irql_(KfRaiseIrql(level)) {}
  ~irql_guard() { KeLowerIrql(old_irql_); }
  KIRQL old_irql() const { return old_irql_; }

 private:
  KIRQL old_irql_;
};

// ---- plain: one class for each way to acquire, made of its two functions ----

// For acquires that return the old IRQL, and releases that take it.
template <class Lock, KIRQL (*acquire)(Lock*), VOID (*release)(Lock*, KIRQL)>
class [[nodiscard]] raising_guard : guard {
 public:
  explicit raising_guard(Lock& lock) : lock_(lock), old_irql_(acquire(&lock)) {}
  ~raising_guard() { release(&lock_, old_irql_); }
  KIRQL old_irql() const { return old_irql_; }

 private:
  Lock& lock_;
  KIRQL old_irql_;
};

// For pairs that leave the IRQL alone, or keep it in the lock.
template <class Lock, VOID (*acquire)(Lock*), VOID (*release)(Lock*)>
class [[nodiscard]] level_guard : guard {
 public:
  explicit level_guard(Lock& lock) : lock_(lock) { acquire(&lock); }
  ~level_guard() { release(&lock_); }

 private:
  Lock& lock_;
};

using spin_lock_guard = raising_guard<KSPIN_LOCK, KeAcquireSpinLockRaiseToDpc, KeReleaseSpinLock>;
using synch_spin_lock_guard =
    raising_guard<KSPIN_LOCK, KeAcquireSpinLockRaiseToSynch, KeReleaseSpinLock>;
using for_dpc_spin_lock_guard =
    raising_guard<KSPIN_LOCK, KeAcquireSpinLockForDpc, KeReleaseSpinLockForDpc>;
using at_dpc_spin_lock_guard =
    level_guard<KSPIN_LOCK, KeAcquireSpinLockAtDpcLevel, KeReleaseSpinLockFromDpcLevel>;
using interrupt_guard =
    raising_guard<KINTERRUPT, KeAcquireInterruptSpinLock, KeReleaseInterruptSpinLock>;
using ndis_spin_lock_guard = level_guard<NDIS_SPIN_LOCK, NdisAcquireSpinLock, NdisReleaseSpinLock>;
using ndis_dpr_spin_lock_guard =
    level_guard<NDIS_SPIN_LOCK, NdisDprAcquireSpinLock, NdisDprReleaseSpinLock>;

// Takes the lock without waiting, or not: ask it. At DISPATCH_LEVEL or above.
class [[nodiscard]] try_spin_lock_guard : guard {
 public:
  explicit try_spin_lock_guard(KSPIN_LOCK& lock)
      : lock_(KeTryToAcquireSpinLockAtDpcLevel(&lock) != FALSE ? &lock : nullptr) {}
  ~try_spin_lock_guard() {
    if (lock_ != nullptr) KeReleaseSpinLockFromDpcLevel(lock_);
  }
  explicit operator bool() const { return lock_ != nullptr; }

 private:
  KSPIN_LOCK* lock_;
};

// ---- in-stack queued: the guard is the waiting node ----

template <VOID (*acquire)(KSPIN_LOCK*, KLOCK_QUEUE_HANDLE*), VOID (*release)(KLOCK_QUEUE_HANDLE*)>
class [[nodiscard]] in_stack_guard : guard {
 public:
  explicit in_stack_guard(KSPIN_LOCK& lock) { acquire(&lock, &handle_); }
  ~in_stack_guard() { release(&handle_); }

 private:
  KLOCK_QUEUE_HANDLE handle_;
};

using queued_spin_lock_guard =
    in_stack_guard<KeAcquireInStackQueuedSpinLock, KeReleaseInStackQueuedSpinLock>;
using synch_queued_spin_lock_guard =
    in_stack_guard<KeAcquireInStackQueuedSpinLockRaiseToSynch, KeReleaseInStackQueuedSpinLock>;
using for_dpc_queued_spin_lock_guard =
    in_stack_guard<KeAcquireInStackQueuedSpinLockForDpc, KeReleaseInStackQueuedSpinLockForDpc>;
using at_dpc_queued_spin_lock_guard = in_stack_guard<KeAcquireInStackQueuedSpinLockAtDpcLevel,
                                                     KeReleaseInStackQueuedSpinLockFromDpcLevel>;

// ---- numbered ----

template <KIRQL (*acquire)(KSPIN_LOCK_QUEUE_NUMBER)>
class [[nodiscard]] numbered_guard : guard {
 public:
  explicit numbered_guard(KSPIN_LOCK_QUEUE_NUMBER number)
      : number_(number), old_irql_(acquire(number)) {}
  ~numbered_guard() { KeReleaseQueuedSpinLock(number_, old_irql_); }
  KIRQL old_irql() const { return old_irql_; }

 private:
  KSPIN_LOCK_QUEUE_NUMBER number_;
  KIRQL old_irql_;
};

// Takes the number without waiting, or not: ask it. If not, the IRQL is as it was.
template <auto try_to_acquire>
class [[nodiscard]] try_numbered_guard : guard {
 public:
  explicit try_numbered_guard(KSPIN_LOCK_QUEUE_NUMBER number)
      : number_(number), is_held_(try_to_acquire(number, &old_irql_) != FALSE) {}
  ~try_numbered_guard() {
    if (is_held_) KeReleaseQueuedSpinLock(number_, old_irql_);
  }
  explicit operator bool() const { return is_held_; }

 private:
  KSPIN_LOCK_QUEUE_NUMBER number_;
  KIRQL old_irql_ = PASSIVE_LEVEL;
  bool is_held_;
};

using numbered_spin_lock_guard = numbered_guard<KeAcquireQueuedSpinLock>;
using synch_numbered_spin_lock_guard = numbered_guard<KeAcquireQueuedSpinLockRaiseToSynch>;
using try_numbered_spin_lock_guard = try_numbered_guard<KeTryToAcquireQueuedSpinLock>;
using try_synch_numbered_spin_lock_guard =
    try_numbered_guard<KeTryToAcquireQueuedSpinLockRaiseToSynch>;

class [[nodiscard]] cancel_spin_lock_guard : guard {
 public:
  cancel_spin_lock_guard() { IoAcquireCancelSpinLock(&old_irql_); }
  ~cancel_spin_lock_guard() { IoReleaseCancelSpinLock(old_irql_); }
  KIRQL old_irql() const { return old_irql_; }

 private:
  KIRQL old_irql_;
};

// ---- reader-writer ----

using exclusive_guard =
    raising_guard<EX_SPIN_LOCK, ExAcquireSpinLockExclusive, ExReleaseSpinLockExclusive>;
using at_dpc_exclusive_guard = level_guard<EX_SPIN_LOCK, ExAcquireSpinLockExclusiveAtDpcLevel,
                                           ExReleaseSpinLockExclusiveFromDpcLevel>;

// A reader, or the writer once it was converted: released as what it is then.
class convertible_guard : guard {
 public:
  // True if the guard holds the lock as its writer now: it was the only reader and no writer
  // waited.
  bool try_convert() {
    is_exclusive_ = is_exclusive_ || ExTryConvertSharedSpinLockExclusive(&lock_) != FALSE;
    return is_exclusive_;
  }
  bool is_exclusive() const { return is_exclusive_; }

 protected:
  explicit convertible_guard(EX_SPIN_LOCK& lock) : lock_(lock) {}
  ~convertible_guard() = default;

  EX_SPIN_LOCK& lock_;

 private:
  bool is_exclusive_ = false;
};

class [[nodiscard]] shared_guard : public convertible_guard {
 public:
  explicit shared_guard(EX_SPIN_LOCK& lock)
      : convertible_guard(lock), old_irql_(ExAcquireSpinLockShared(&lock)) {}
  ~shared_guard() {
    (is_exclusive() ? ExReleaseSpinLockExclusive : ExReleaseSpinLockShared)(&lock_, old_irql_);
  }
  KIRQL old_irql() const { return old_irql_; }

 private:
  KIRQL old_irql_;
};

class [[nodiscard]] at_dpc_shared_guard : public convertible_guard {
 public:
  explicit at_dpc_shared_guard(EX_SPIN_LOCK& lock) : convertible_guard(lock) {
    ExAcquireSpinLockSharedAtDpcLevel(&lock);
  }
  ~at_dpc_shared_guard() {
    (is_exclusive() ? ExReleaseSpinLockExclusiveFromDpcLevel
                    : ExReleaseSpinLockSharedFromDpcLevel)(&lock_);
  }
};

template <VOID (*acquire)(NDIS_RW_LOCK_EX*, LOCK_STATE_EX*, UCHAR)>
class [[nodiscard]] ndis_rw_guard : guard {
 public:
  explicit ndis_rw_guard(NDIS_RW_LOCK_EX& lock, UCHAR flags = 0) : lock_(lock) {
    acquire(&lock, &state_, flags);
  }
  ~ndis_rw_guard() { NdisReleaseRWLock(&lock_, &state_); }

 private:
  NDIS_RW_LOCK_EX& lock_;
  LOCK_STATE_EX state_;
};

using ndis_read_guard = ndis_rw_guard<NdisAcquireRWLockRead>;
using ndis_write_guard = ndis_rw_guard<NdisAcquireRWLockWrite>;

}  // namespace spinlab::ke
