// Interrupts: interrupt objects over any lock and machine.
//
// Semantics, thread safety and errors as said at the functions of spinlab_interrupts.h.
#pragma once

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
};

namespace spinlab {

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
    *object = made;
    return STATUS_SUCCESS;
  }

  static void disconnect(KINTERRUPT* object) {
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
};

}  // namespace spinlab
