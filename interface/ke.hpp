// Ke: the kernel's spin lock functions over any lock and machine. The C functions of wdm.h are
// thin instantiations of it; whoever sweeps backends in one process instantiates it directly.
//
// Semantics, thread safety and errors as said at the functions of wdm.h. A lock must be used
// through one instantiation only. Another layer with these names (a verifier) can stand in for Ke
// wherever it is instantiated.
//
// The IRQL is raised before the wait and lowered after the release: a DPC or an interrupt that runs
// on this thread in between could need the lock that the thread holds.
#pragma once

#include "interface/in_stack.hpp"
#include "interface/irql.hpp"
#include "interface/lock_word.hpp"
#include "interface/refuse_try.hpp"
#include "interface/wdm.h"

namespace spinlab {

template <template <class> class LockOver, Machine M>
struct Ke {
  using Word = LockWord<LockOver, M>;
  using Queue = InStack<LockOver, M>;

  static void initialize(KSPIN_LOCK* lock) { Word::reset(lock); }

  // Gives back what the backend keeps beside the word. The lock must be free, and is then zero or
  // must be initialised before its next use.
  static void free(KSPIN_LOCK* lock) { Word::free(lock); }

  // ---- plain ----
  static KIRQL acquire_raise_to_dpc(KSPIN_LOCK* lock) { return acquire_at(DISPATCH_LEVEL, lock); }
  static KIRQL acquire_raise_to_synch(KSPIN_LOCK* lock) { return acquire_at(SYNCH_LEVEL, lock); }

  static KIRQL acquire_at(KIRQL level, KSPIN_LOCK* lock) {
    return acquire_at_irql<M>(level, [lock](KIRQL) { Word::door(lock).acquire(); });
  }

  static KIRQL acquire_for_dpc(KSPIN_LOCK* lock) {
    const KIRQL former = raise_irql_for_dpc<M>();
    Word::door(lock).acquire();
    return former;
  }

  static void release(KSPIN_LOCK* lock, KIRQL new_irql) {
    release_door<LockOver, M>(lock);
    set_irql<M>(new_irql);
  }

  static void release_for_dpc(KSPIN_LOCK* lock, KIRQL old_irql) { release(lock, old_irql); }

  static void acquire_at_dpc(KSPIN_LOCK* lock) { Word::door(lock).acquire(); }
  static void release_from_dpc(KSPIN_LOCK* lock) { release_door<LockOver, M>(lock); }

  // A backend that cannot try refuses here, not when it is compiled: one program may hold many.
  static bool try_acquire_at_dpc(KSPIN_LOCK* lock) {
    if constexpr (TryLock<LockOver<M>>) {
      return Word::door(lock).try_acquire();
    } else {
      refuse_try("KeTryToAcquireSpinLockAtDpcLevel", LockOver<M>::info.title);
    }
  }

  // False iff held.
  static bool test(KSPIN_LOCK* lock) { return !Word::is_held(lock); }

  // ---- in-stack queued ----
  static void acquire_in_stack(KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle) {
    acquire_in_stack_at(DISPATCH_LEVEL, lock, handle);
  }
  static void acquire_in_stack_raise_to_synch(KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle) {
    acquire_in_stack_at(SYNCH_LEVEL, lock, handle);
  }
  static void acquire_in_stack_for_dpc(KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle) {
    acquire_in_stack_from(raise_irql_for_dpc<M>(), lock, handle);
  }

  static void release_in_stack(KLOCK_QUEUE_HANDLE* handle) {
    Queue::release(handle->LockQueue);
    set_irql<M>(handle->OldIrql);
  }

  static void release_in_stack_for_dpc(KLOCK_QUEUE_HANDLE* handle) { release_in_stack(handle); }

  static void acquire_in_stack_at_dpc(KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle) {
    Queue::acquire(lock, handle->LockQueue);
  }

  static void release_in_stack_from_dpc(KLOCK_QUEUE_HANDLE* handle) {
    Queue::release(handle->LockQueue);
  }

 private:
  static void acquire_in_stack_at(KIRQL level, KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle) {
    acquire_at_irql<M>(
        level, [lock, handle](KIRQL former) { acquire_in_stack_from(former, lock, handle); });
  }

  static void acquire_in_stack_from(KIRQL former, KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle) {
    handle->OldIrql = former;
    Queue::acquire(lock, handle->LockQueue);
  }
};

}  // namespace spinlab
