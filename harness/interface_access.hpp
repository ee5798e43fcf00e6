// How a lock is taken through each family of the C interface: what make_door() and
// make_device_door() build doors from.
//
// Each has Lock, Node, acquire() and release() from PASSIVE_LEVEL, the same at DISPATCH_LEVEL, and
// for interrupts Interrupts, InterruptLock and synchronize().
#pragma once

#include "interface/core.hpp"
#include "machines/native/native.hpp"

namespace spinlab {

template <template <class> class LockOver>
struct KernelLock {
  KSPIN_LOCK word;
  KernelLock() { Ke<LockOver, Native>::initialize(&word); }
  ~KernelLock() { Ke<LockOver, Native>::free(&word); }
  KernelLock(const KernelLock&) = delete;
  KernelLock& operator=(const KernelLock&) = delete;
};

template <template <class> class LockOver>
struct KeAccess {
  using Kernel = Ke<LockOver, Native>;
  using Interrupts = spinlab::Interrupts<LockOver, Native>;
  using InterruptLock = KernelLock<LockOver>;
  using Lock = KernelLock<LockOver>;
  struct Node {
    KIRQL old_irql;
  };
  static void acquire(Lock& lock, Node& node) {
    node.old_irql = Kernel::acquire_raise_to_dpc(&lock.word);
  }
  static void release(Lock& lock, Node& node) { Kernel::release(&lock.word, node.old_irql); }

  static void acquire_at_dpc(Lock& lock, Node&) { Kernel::acquire_at_dpc(&lock.word); }
  static void release_from_dpc(Lock& lock, Node&) { Kernel::release_from_dpc(&lock.word); }
  static void synchronize(KINTERRUPT* interrupt, PKSYNCHRONIZE_ROUTINE routine, void* context) {
    Interrupts::synchronize(interrupt, routine, context);
  }
};

template <template <class> class LockOver>
struct InStackAccess : KeAccess<LockOver> {
  using typename KeAccess<LockOver>::Kernel;
  using typename KeAccess<LockOver>::Lock;
  using Node = KLOCK_QUEUE_HANDLE;
  static void acquire(Lock& lock, Node& node) { Kernel::acquire_in_stack(&lock.word, &node); }
  static void release(Lock&, Node& node) { Kernel::release_in_stack(&node); }

  static void acquire_at_dpc(Lock& lock, Node& node) {
    Kernel::acquire_in_stack_at_dpc(&lock.word, &node);
  }
  static void release_from_dpc(Lock&, Node& node) { Kernel::release_in_stack_from_dpc(&node); }
};

template <template <class> class LockOver>
struct NdisAccess {
  using Core = Ndis<LockOver, Native>;
  using Interrupts = spinlab::Interrupts<LockOver, Native>;
  using InterruptLock = KernelLock<LockOver>;
  struct Lock {
    NDIS_SPIN_LOCK lock;
    Lock() { Core::allocate(&lock); }
    ~Lock() { Core::free(&lock); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
  };
  struct Node {};
  static void acquire(Lock& lock, Node&) { Core::acquire(&lock.lock); }
  static void release(Lock& lock, Node&) { Core::release(&lock.lock); }

  static void acquire_at_dpc(Lock& lock, Node&) { Core::dpr_acquire(&lock.lock); }
  static void release_from_dpc(Lock& lock, Node&) { Core::dpr_release(&lock.lock); }
  static void synchronize(KINTERRUPT* interrupt, PKSYNCHRONIZE_ROUTINE routine, void* context) {
    Core::synchronize_with_interrupt(interrupt, 0, routine, context);
  }
};

}  // namespace spinlab
