/* The Windows kernel's spin lock interface: IRQL, plain, queued and reader-writer spin locks. Lists
 * (spinlab_lists.h), Interlocked* (spinlab_interlocked.h), interrupt objects (spinlab_interrupts.h)
 * and DPCs (spinlab_dpcs.h) come with it.
 *
 * Names, layouts and values are Windows' own (amd64), so that a driver's source compiles as it is;
 * for C11 and C++20. Behind it stands one lock of algorithms/locks.def, chosen when the program is
 * linked or when it starts: docs/interface.md.
 *
 * Nothing here is checked and no function reports an error: a lock must be initialised, or be
 * zero; the caller keeps the rules for the IRQL. The IRQL is a number that belongs to the calling
 * thread; it defers the DPCs and interrupts of a thread that is a processor (spinlab_processors.h).
 * It is assigned, never compared: an acquire at HIGH_LEVEL goes down to DISPATCH_LEVEL.
 * Acquires raise it before they wait; releases lower it last.
 * Thread safety: every function may be called by any thread at any time, except that a lock may
 * not be initialised while in use, and is released by the thread that acquired it. */
#ifndef SPINLAB_INTERFACE_WDM_H_
#define SPINLAB_INTERFACE_WDM_H_

#include "spinlab_dpcs.h"
#include "spinlab_interrupts.h"
#include "spinlab_lists.h"
#include "spinlab_types.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- IRQL ---- */

/* The IRQL of the calling thread. */
KIRQL KeGetCurrentIrql(VOID);
/* Sets the IRQL, up or down, and returns the former one. */
KIRQL KfRaiseIrql(KIRQL NewIrql);
KIRQL KeRaiseIrqlToDpcLevel(VOID);
KIRQL KeRaiseIrqlToSynchLevel(VOID);
/* Sets the IRQL, down or up. */
VOID KeLowerIrql(KIRQL NewIrql);
/* Names the calling thread while it runs: an address of its own, never null. */
PKTHREAD KeGetCurrentThread(VOID);
/* FALSE: there are no asynchronous procedure calls to disable. */
BOOLEAN KeAreApcsDisabled(VOID);

/* ---- Plain spin locks ---- */

/* Makes the lock free. Any IRQL. */
VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock);

/* Sets DISPATCH_LEVEL (or SYNCH_LEVEL), waits for the lock, and returns the former IRQL. */
KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock);
KIRQL KeAcquireSpinLockRaiseToSynch(PKSPIN_LOCK SpinLock);
/* Releases the lock, then sets the IRQL to NewIrql. */
VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql);

/* The same without touching the IRQL. Either release fits either acquire. */
VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock);
/* The same functions by their other names. */
VOID KefAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
VOID KefReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock);
/* Takes the lock and returns TRUE, or returns FALSE without waiting. The IRQL stays. */
BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
/* FALSE iff the lock is held: a hint, old when it returns. Never acquires. */
BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock);

/* For routines that run as DPC or as a thread: raises to DISPATCH_LEVEL from below it, and leaves
 * an IRQL that is there already. Returns the former IRQL, which the release sets again. */
KIRQL KeAcquireSpinLockForDpc(PKSPIN_LOCK SpinLock);
VOID KeReleaseSpinLockForDpc(PKSPIN_LOCK SpinLock, KIRQL OldIrql);

/* ---- In-stack queued spin locks ---- */

/* The queued door: waiters enter in the order of their arrival if the backend can give that.
 * Plain and queued acquisitions of one lock must not meet. OldIrql is written by the acquires that
 * raise the IRQL and by ForDpc, read by their releases, and left alone by the other two. */
VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeAcquireInStackQueuedSpinLockRaiseToSynch(PKSPIN_LOCK SpinLock,
                                                PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeAcquireInStackQueuedSpinLockForDpc(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLockForDpc(PKLOCK_QUEUE_HANDLE LockHandle);

/* ---- Reader-writer spin locks: the same algorithm for every backend ---- */

/* Sets DISPATCH_LEVEL, waits until there is no writer (Exclusive: nor reader), and returns the
 * former IRQL. A writer that waits keeps new readers out: a thread must not acquire twice. */
KIRQL ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock);
KIRQL ExAcquireSpinLockExclusive(PEX_SPIN_LOCK SpinLock);
VOID ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql);
VOID ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql);
/* The same without touching the IRQL. */
VOID ExAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock);
VOID ExAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock);
VOID ExReleaseSpinLockSharedFromDpcLevel(PEX_SPIN_LOCK SpinLock);
VOID ExReleaseSpinLockExclusiveFromDpcLevel(PEX_SPIN_LOCK SpinLock);
/* Called by a reader: makes it the writer and returns TRUE if it is the only reader and no writer
 * waits; never waits. Then to be released as Exclusive, with the shared acquire's old IRQL. */
LOGICAL ExTryConvertSharedSpinLockExclusive(PEX_SPIN_LOCK SpinLock);

/* ---- The cancel spin lock ---- */

/* A numbered queued lock (ntifs.h: LockQueueIoCancelLock). Old IRQL as KeAcquireSpinLock. */
VOID IoAcquireCancelSpinLock(PKIRQL Irql);
VOID IoReleaseCancelSpinLock(KIRQL Irql);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

/* Macros on x64, and so here. The old IRQL is written once the lock is taken. */
#define KeAcquireSpinLock(SpinLock, OldIrql) \
  ((void)(*(OldIrql) = KeAcquireSpinLockRaiseToDpc(SpinLock)))
#define KeRaiseIrql(NewIrql, OldIrql) ((void)(*(OldIrql) = KfRaiseIrql(NewIrql)))

#endif /* SPINLAB_INTERFACE_WDM_H_ */
