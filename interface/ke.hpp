// Ke: the kernel's spin lock functions over any lock and machine. The C functions of wdm.h are
// thin instantiations of it; whoever sweeps backends in one process instantiates it directly.
//
// Semantics, thread safety and errors as said at the functions of wdm.h. A lock must be used
// through one instantiation only. Another layer with these names (a verifier) can stand in for Ke
// wherever it is instantiated.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "interface/in_stack.hpp"
#include "interface/irql.hpp"
#include "interface/lock_word.hpp"
#include "interface/wdm.h"

namespace spinlab {

// Ends the program: some locks (classic CLH, for one) have no way to try without waiting.
[[noreturn, gnu::cold]] inline void refuse_try(const char* title) {
  std::fprintf(stderr,
               "spinlab: KeTryToAcquireSpinLockAtDpcLevel: the lock '%s' has no try without "
               "waiting; choose another backend\n",
               title);
  std::abort();
}

template <template <class> class LockOver, Machine M>
struct Ke {
  using Word = LockWord<LockOver, M>;

  static void initialize(KSPIN_LOCK* lock) { Word::reset(lock); }

  // Gives back what the backend keeps beside the word. The lock must be free, and is then zero or
  // must be initialised before its next use.
  static void free(KSPIN_LOCK* lock) { Word::free(lock); }

  // The IRQL changes after the wait: only the waiting thread itself could tell, and nothing has to
  // be kept across the wait (0.5 ns).
  static KIRQL acquire_raise_to_dpc(KSPIN_LOCK* lock) {
    Word::door(lock).acquire();
    return exchange_irql<M>(DISPATCH_LEVEL);
  }

  static void release(KSPIN_LOCK* lock, KIRQL new_irql) {
    Word::door(lock).release();
    set_irql<M>(new_irql);
  }

  static void acquire_at_dpc(KSPIN_LOCK* lock) { Word::door(lock).acquire(); }
  static void release_from_dpc(KSPIN_LOCK* lock) { Word::door(lock).release(); }

  // A backend that cannot try refuses here, not when it is compiled: one program may hold many.
  static bool try_acquire_at_dpc(KSPIN_LOCK* lock) {
    if constexpr (TryLock<LockOver<M>>) {
      return Word::door(lock).try_acquire();
    } else {
      refuse_try(LockOver<M>::info.title);
    }
  }

  // False iff held.
  static bool test(KSPIN_LOCK* lock) { return !Word::is_held(lock); }

  static void acquire_in_stack(KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle) {
    InStack<LockOver, M>::acquire(lock, handle->LockQueue);
    handle->OldIrql = exchange_irql<M>(DISPATCH_LEVEL);
  }

  static void release_in_stack(KLOCK_QUEUE_HANDLE* handle) {
    InStack<LockOver, M>::release(handle->LockQueue);
    set_irql<M>(handle->OldIrql);
  }

  static void acquire_in_stack_at_dpc(KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle) {
    InStack<LockOver, M>::acquire(lock, handle->LockQueue);
  }

  static void release_in_stack_from_dpc(KLOCK_QUEUE_HANDLE* handle) {
    InStack<LockOver, M>::release(handle->LockQueue);
  }
};

}  // namespace spinlab
