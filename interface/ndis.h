/* The network drivers' locks: wdm.h's spin lock with the old IRQL kept in it, reader-writer locks,
 * and their names for the interlocked lists and sums of spinlab_lists.h.
 *
 * For C11 and C++20; behind it stands the same backend. Thread safety and errors as in wdm.h. */
#ifndef SPINLAB_INTERFACE_NDIS_H_
#define SPINLAB_INTERFACE_NDIS_H_

#include "wdm.h"

typedef struct _NDIS_SPIN_LOCK {
  KSPIN_LOCK SpinLock;
  KIRQL OldIrql; /* Of the holder; written while the lock is held. */
} NDIS_SPIN_LOCK, *PNDIS_SPIN_LOCK;

typedef PVOID NDIS_HANDLE, *PNDIS_HANDLE;

typedef struct _NDIS_RW_LOCK_EX NDIS_RW_LOCK_EX, *PNDIS_RW_LOCK_EX;

/* The caller's, one for each acquisition, from the acquire until its release. */
typedef struct _LOCK_STATE_EX {
  KIRQL OldIrql;
  UCHAR LockState;
  UCHAR Flags;
} LOCK_STATE_EX, *PLOCK_STATE_EX;

/* Of the reader-writer locks before these, whose functions are not here. */
typedef struct _LOCK_STATE {
  USHORT LockState;
  KIRQL OldIrql;
} LOCK_STATE, *PLOCK_STATE;

#define NDIS_RWL_AT_DISPATCH_LEVEL 1

typedef BOOLEAN MINIPORT_SYNCHRONIZE_INTERRUPT(NDIS_HANDLE SynchronizeContext);
typedef MINIPORT_SYNCHRONIZE_INTERRUPT* MINIPORT_SYNCHRONIZE_INTERRUPT_HANDLER;

static_assert(sizeof(LOCK_STATE_EX) == 3 && sizeof(LOCK_STATE) == 4, "states of RW locks");
static_assert(offsetof(LOCK_STATE_EX, OldIrql) == 0, "the old IRQL");
static_assert(offsetof(LOCK_STATE_EX, LockState) == 1, "the mode");
static_assert(offsetof(LOCK_STATE_EX, Flags) == 2, "the acquire's flags");
static_assert(offsetof(LOCK_STATE, LockState) == 0, "the mode of the older ones");
static_assert(offsetof(LOCK_STATE, OldIrql) == 2, "and their old IRQL");
static_assert(sizeof(NDIS_SPIN_LOCK) == 16, "a spin lock and an IRQL, padded");
static_assert(offsetof(NDIS_SPIN_LOCK, SpinLock) == 0, "an NDIS lock starts with its spin lock");
static_assert(offsetof(NDIS_SPIN_LOCK, OldIrql) == 8, "after the word");

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Makes the lock free. Any IRQL. */
VOID NdisAllocateSpinLock(PNDIS_SPIN_LOCK SpinLock);
/* Gives back what the backend keeps for the lock, and clears it. The lock must be free. */
VOID NdisFreeSpinLock(PNDIS_SPIN_LOCK SpinLock);

/* Waits for the lock; sets DISPATCH_LEVEL and keeps the former IRQL in the lock. */
VOID NdisAcquireSpinLock(PNDIS_SPIN_LOCK SpinLock);
/* Releases the lock, then sets the IRQL that the lock kept. */
VOID NdisReleaseSpinLock(PNDIS_SPIN_LOCK SpinLock);

/* The same without touching the IRQL. Not to be mixed with the pair above. */
VOID NdisDprAcquireSpinLock(PNDIS_SPIN_LOCK SpinLock);
VOID NdisDprReleaseSpinLock(PNDIS_SPIN_LOCK SpinLock);

/* A free lock, or NULL without memory. The same algorithm for every backend. The handle is not
 * looked at. */
PNDIS_RW_LOCK_EX NdisAllocateRWLock(NDIS_HANDLE NdisHandle);
/* The lock must be free. */
VOID NdisFreeRWLock(PNDIS_RW_LOCK_EX Lock);
/* Sets DISPATCH_LEVEL (not with NDIS_RWL_AT_DISPATCH_LEVEL, which leaves the IRQL alone), waits
 * until no other thread writes (Write: nor reads), and keeps in LockState what the release needs. A
 * thread that reads may read again; one that writes may write or read again; one that reads must
 * not write. Readers and writers may be bypassed without end. */
VOID NdisAcquireRWLockRead(PNDIS_RW_LOCK_EX Lock, PLOCK_STATE_EX LockState, UCHAR Flags);
VOID NdisAcquireRWLockWrite(PNDIS_RW_LOCK_EX Lock, PLOCK_STATE_EX LockState, UCHAR Flags);
/* Ends that acquisition, then sets its old IRQL. */
VOID NdisReleaseRWLock(PNDIS_RW_LOCK_EX Lock, PLOCK_STATE_EX LockState);

/* Calls the function at the interrupt's level, holding its lock, and returns its value. Here an
 * interrupt's handle is its object (IoConnectInterrupt), and the message is not looked at. */
BOOLEAN NdisMSynchronizeWithInterruptEx(NDIS_HANDLE NdisInterruptHandle, ULONG MessageId,
                                        MINIPORT_SYNCHRONIZE_INTERRUPT_HANDLER SynchronizeFunction,
                                        PVOID SynchronizeContext);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

/* Macros on Windows, and so here. The lock must not be held by the caller. */
#define NdisInterlockedAddUlong(Addend, Increment, Lock) \
  ExInterlockedAddUlong(Addend, Increment, &(Lock)->SpinLock)
#define NdisInterlockedInsertHeadList(ListHead, ListEntry, Lock) \
  ExInterlockedInsertHeadList(ListHead, ListEntry, &(Lock)->SpinLock)
#define NdisInterlockedInsertTailList(ListHead, ListEntry, Lock) \
  ExInterlockedInsertTailList(ListHead, ListEntry, &(Lock)->SpinLock)
#define NdisInterlockedRemoveHeadList(ListHead, Lock) \
  ExInterlockedRemoveHeadList(ListHead, &(Lock)->SpinLock)
#define NdisInterlockedPushEntrySList(ListHead, ListEntry, Lock) \
  ExInterlockedPushEntrySList(ListHead, ListEntry, &(Lock)->SpinLock)
#define NdisInterlockedPopEntrySList(ListHead, Lock) \
  ExInterlockedPopEntrySList(ListHead, &(Lock)->SpinLock)

#define NdisInitializeSListHead(ListHead) ExInitializeSListHead(ListHead)
#define NdisQueryDepthSList(ListHead) ExQueryDepthSList(ListHead)
#define NdisInterlockedIncrement(Addend) InterlockedIncrement(Addend)
#define NdisInterlockedDecrement(Addend) InterlockedDecrement(Addend)
#define NdisInterlockedAddLargeStatistic(Addend, Increment) \
  ExInterlockedAddLargeStatistic(Addend, Increment)

#endif /* SPINLAB_INTERFACE_NDIS_H_ */
