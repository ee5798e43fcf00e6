// VerifiedCore: the members that functions.def names, with the verifier's checks around the
// unchecked functions of whatever backend there is.
//
// Semantics as said at the functions of the headers. An operation that would wait for ever, or
// break a lock, is left out after its report: an acquire returns the current IRQL then.
#pragma once

#include "interface/ndis.h"
#include "interface/ntifs.h"

namespace spinlab::verifier {

struct VerifiedCore {
  struct Levels {
    static KIRQL raise(KIRQL level);
    static KIRQL raise_to_dpc();
    static KIRQL raise_to_synch();
    static void lower(KIRQL level);
  };

  struct Ke {
    static void initialize(KSPIN_LOCK* lock);
    static KIRQL acquire_raise_to_dpc(KSPIN_LOCK* lock);
    static KIRQL acquire_raise_to_synch(KSPIN_LOCK* lock);
    static KIRQL acquire_for_dpc(KSPIN_LOCK* lock);
    static void release(KSPIN_LOCK* lock, KIRQL new_irql);
    static void release_for_dpc(KSPIN_LOCK* lock, KIRQL old_irql);
    static void acquire_at_dpc(KSPIN_LOCK* lock);
    static void release_from_dpc(KSPIN_LOCK* lock);
    static bool try_acquire_at_dpc(KSPIN_LOCK* lock);
    static bool test(KSPIN_LOCK* lock);
    static void acquire_in_stack(KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle);
    static void acquire_in_stack_raise_to_synch(KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle);
    static void acquire_in_stack_for_dpc(KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle);
    static void acquire_in_stack_at_dpc(KSPIN_LOCK* lock, KLOCK_QUEUE_HANDLE* handle);
    static void release_in_stack(KLOCK_QUEUE_HANDLE* handle);
    static void release_in_stack_for_dpc(KLOCK_QUEUE_HANDLE* handle);
    static void release_in_stack_from_dpc(KLOCK_QUEUE_HANDLE* handle);
  };

  struct NumberedLocks {
    static KIRQL acquire(KSPIN_LOCK_QUEUE_NUMBER number);
    static KIRQL acquire_raise_to_synch(KSPIN_LOCK_QUEUE_NUMBER number);
    static LOGICAL try_acquire(KSPIN_LOCK_QUEUE_NUMBER number, KIRQL* old_irql);
    static BOOLEAN try_acquire_raise_to_synch(KSPIN_LOCK_QUEUE_NUMBER number, KIRQL* old_irql);
    static void release(KSPIN_LOCK_QUEUE_NUMBER number, KIRQL old_irql);
    static void acquire_cancel(KIRQL* old_irql);
    static void release_cancel(KIRQL old_irql);
  };

  struct ExSpinLocks {
    static KIRQL acquire_shared(EX_SPIN_LOCK* lock);
    static KIRQL acquire_exclusive(EX_SPIN_LOCK* lock);
    static void acquire_shared_at_dpc(EX_SPIN_LOCK* lock);
    static void acquire_exclusive_at_dpc(EX_SPIN_LOCK* lock);
    static void release_shared(EX_SPIN_LOCK* lock, KIRQL old_irql);
    static void release_exclusive(EX_SPIN_LOCK* lock, KIRQL old_irql);
    static void release_shared_from_dpc(EX_SPIN_LOCK* lock);
    static void release_exclusive_from_dpc(EX_SPIN_LOCK* lock);
    static LOGICAL try_convert(EX_SPIN_LOCK* lock);
  };

  struct Interlocked {
    static LIST_ENTRY* insert_head(LIST_ENTRY* head, LIST_ENTRY* entry, KSPIN_LOCK* lock);
    static LIST_ENTRY* insert_tail(LIST_ENTRY* head, LIST_ENTRY* entry, KSPIN_LOCK* lock);
    static LIST_ENTRY* remove_head(LIST_ENTRY* head, KSPIN_LOCK* lock);
    static SINGLE_LIST_ENTRY* push(SINGLE_LIST_ENTRY* head, SINGLE_LIST_ENTRY* entry,
                                   KSPIN_LOCK* lock);
    static SINGLE_LIST_ENTRY* pop(SINGLE_LIST_ENTRY* head, KSPIN_LOCK* lock);
    static ULONG add(ULONG* addend, ULONG increment, KSPIN_LOCK* lock);
    static LARGE_INTEGER add_large(LARGE_INTEGER* addend, LARGE_INTEGER increment,
                                   KSPIN_LOCK* lock);
  };

  struct Interrupts {
    static NTSTATUS connect(KINTERRUPT** object, PKSERVICE_ROUTINE routine, PVOID context,
                            KSPIN_LOCK* lock, ULONG vector, KIRQL irql, KIRQL synchronize_irql,
                            KINTERRUPT_MODE mode, BOOLEAN shared, KAFFINITY processors,
                            BOOLEAN saves_floating);
    static void disconnect(KINTERRUPT* object);
    static KIRQL acquire(KINTERRUPT* object);
    static void release(KINTERRUPT* object, KIRQL old_irql);
    static BOOLEAN synchronize(KINTERRUPT* object, PKSYNCHRONIZE_ROUTINE routine, PVOID context);
  };

  struct Ndis {
    static void allocate(NDIS_SPIN_LOCK* lock);
    static void free(NDIS_SPIN_LOCK* lock);
    static void acquire(NDIS_SPIN_LOCK* lock);
    static void release(NDIS_SPIN_LOCK* lock);
    static void dpr_acquire(NDIS_SPIN_LOCK* lock);
    static void dpr_release(NDIS_SPIN_LOCK* lock);
    static BOOLEAN synchronize_with_interrupt(NDIS_HANDLE interrupt, ULONG message,
                                              MINIPORT_SYNCHRONIZE_INTERRUPT_HANDLER function,
                                              PVOID context);
  };

  struct NdisRwLocks {
    static NDIS_RW_LOCK_EX* allocate(NDIS_HANDLE handle);
    static void free(NDIS_RW_LOCK_EX* lock);
    static void acquire_read(NDIS_RW_LOCK_EX* lock, LOCK_STATE_EX* state, UCHAR flags);
    static void acquire_write(NDIS_RW_LOCK_EX* lock, LOCK_STATE_EX* state, UCHAR flags);
    static void release(NDIS_RW_LOCK_EX* lock, LOCK_STATE_EX* state);
  };
};

}  // namespace spinlab::verifier
