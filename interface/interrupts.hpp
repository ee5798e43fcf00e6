// Interrupts: interrupt objects over any lock and machine.
//
// Semantics, thread safety and errors as said at the functions of spinlab_interrupts.h.
#pragma once

#include <atomic>
#include <new>

#include "interface/ke.hpp"
#include "interface/spinlab_interrupts.h"

struct _KINTERRUPT {
  PKSERVICE_ROUTINE routine = nullptr;
  PVOID context = nullptr;
  KIRQL irql = HIGH_LEVEL;              // While it is pending: below it, it runs.
  KIRQL synchronize_irql = HIGH_LEVEL;  // While it runs.
  PKSPIN_LOCK lock = nullptr;
  KSPIN_LOCK own_lock = 0;  // For who brought none.

  // Of the processors (processors.cpp).
  std::atomic<void*> queue = nullptr;  // The one that it is in, while it is fired and has not run.
  KINTERRUPT* next = nullptr;          // In that queue.
  std::atomic<unsigned> runs = 0;      // Of its service routine, at the moment.
  void (*deliver)(KINTERRUPT*) = nullptr;  // Runs the service routine; its backend's.
  // Out of its queue, and waits until it does not run; null if it was never fired.
  std::atomic<void (*)(KINTERRUPT*)> withdraw = nullptr;
};

namespace spinlab {

// From now on it neither waits for its turn nor runs.
inline void withdraw(KINTERRUPT* object) {
  // relaxed: whoever fired it has told our caller, who must know that nobody will again.
  const auto of_processors = object->withdraw.load(std::memory_order::relaxed);
  if (of_processors != nullptr) of_processors(object);
}

template <template <class> class LockOver, Machine M>
class Interrupts {
  using Kernel = Ke<LockOver, M>;

 public:
  static NTSTATUS connect(KINTERRUPT** object, PKSERVICE_ROUTINE routine, PVOID context,
                          KSPIN_LOCK* lock, ULONG, KIRQL irql, KIRQL synchronize_irql,
                          KINTERRUPT_MODE, BOOLEAN, KAFFINITY, BOOLEAN) {
    if (irql <= DISPATCH_LEVEL || synchronize_irql < irql || synchronize_irql > HIGH_LEVEL)
      return STATUS_INVALID_PARAMETER;
    KINTERRUPT* const made = new (std::nothrow) KINTERRUPT;
    if (made == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    made->routine = routine;
    made->context = context;
    made->irql = irql;
    made->synchronize_irql = synchronize_irql;
    made->lock = lock != nullptr ? lock : &made->own_lock;
    made->deliver = deliver;
    *object = made;
    return STATUS_SUCCESS;
  }

  static void disconnect(KINTERRUPT* object) {
    withdraw(object);
    Kernel::free(&object->own_lock);
    delete object;
  }

  static KIRQL acquire(KINTERRUPT* object) {
    return Kernel::acquire_at(object->synchronize_irql, object->lock);
  }
  static void release(KINTERRUPT* object, KIRQL old_irql) {
    Kernel::release(object->lock, old_irql);
  }

  static BOOLEAN synchronize(KINTERRUPT* object, PKSYNCHRONIZE_ROUTINE routine, PVOID context) {
    const KIRQL old_irql = acquire(object);
    const BOOLEAN result = routine(context);
    release(object, old_irql);
    return result;
  }

 private:
  static void deliver(KINTERRUPT* object) {
    const KIRQL old_irql = acquire(object);
    object->routine(object, object->context);
    release(object, old_irql);
  }
};

}  // namespace spinlab
