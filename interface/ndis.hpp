// Ndis: the network drivers' spin lock functions over any lock and machine, on top of Ke.
//
// Semantics, thread safety and errors as said at the functions of ndis.h.
#pragma once

#include "interface/interrupts.hpp"
#include "interface/ke.hpp"
#include "interface/ndis.h"

namespace spinlab {

template <template <class> class LockOver, Machine M>
struct Ndis {
  using Kernel = Ke<LockOver, M>;

  static void allocate(NDIS_SPIN_LOCK* lock) {
    Kernel::initialize(&lock->SpinLock);
    lock->OldIrql = PASSIVE_LEVEL;
  }

  static void free(NDIS_SPIN_LOCK* lock) {
    Kernel::free(&lock->SpinLock);
    *lock = {};
  }

  static void acquire(NDIS_SPIN_LOCK* lock) {
    // Written under the lock: its last holder may still read the old value up to its release.
    lock->OldIrql = Kernel::acquire_raise_to_dpc(&lock->SpinLock);
  }

  static void release(NDIS_SPIN_LOCK* lock) {
    // Read under the lock: the next holder overwrites it.
    const KIRQL old_irql = lock->OldIrql;
    Kernel::release(&lock->SpinLock, old_irql);
  }

  static void dpr_acquire(NDIS_SPIN_LOCK* lock) { Kernel::acquire_at_dpc(&lock->SpinLock); }
  static void dpr_release(NDIS_SPIN_LOCK* lock) { Kernel::release_from_dpc(&lock->SpinLock); }

  static BOOLEAN synchronize_with_interrupt(NDIS_HANDLE interrupt, ULONG,
                                            MINIPORT_SYNCHRONIZE_INTERRUPT_HANDLER function,
                                            PVOID context) {
    return Interrupts<LockOver, M>::synchronize(static_cast<KINTERRUPT*>(interrupt), function,
                                                context);
  }
};

}  // namespace spinlab
