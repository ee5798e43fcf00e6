/* What ntddk.h has, and the numbered queued spin locks: one of each number in a program.
 *
 * For C11 and C++20. Thread safety and errors as in wdm.h. A thread holds a number at most once. A
 * number that is none (LockQueueMaximumLock and beyond) ends the program. */
#ifndef SPINLAB_INTERFACE_NTIFS_H_
#define SPINLAB_INTERFACE_NTIFS_H_

#include "ntddk.h"

typedef enum _KSPIN_LOCK_QUEUE_NUMBER {
  LockQueueUnusedSpare0 = 0,
  LockQueueUnusedSpare1 = 1,
  LockQueuePfnLock = 2,
  LockQueueUnusedSpare3 = 3,
  LockQueueVacbLock = 4,
  LockQueueMasterLock = 5,
  LockQueueNonPagedPoolLock = 6,
  LockQueueIoCancelLock = 7,
  LockQueueUnusedSpare8 = 8,
  LockQueueIoVpbLock = 9,
  LockQueueIoDatabaseLock = 10,
  LockQueueIoCompletionLock = 11,
  LockQueueNtfsStructLock = 12,
  LockQueueAfdWorkQueueLock = 13,
  LockQueueBcbLock = 14,
  LockQueueUnusedSpare15 = 15,
  LockQueueUnusedSpare16 = 16,
  LockQueueMaximumLock = 17
} KSPIN_LOCK_QUEUE_NUMBER,
    *PKSPIN_LOCK_QUEUE_NUMBER;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Sets DISPATCH_LEVEL (or SYNCH_LEVEL), waits for the lock, and returns the former IRQL. */
KIRQL KeAcquireQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number);
KIRQL KeAcquireQueuedSpinLockRaiseToSynch(KSPIN_LOCK_QUEUE_NUMBER Number);
/* Takes the lock as above and returns TRUE, or returns FALSE without waiting, with the IRQL and
 * OldIrql as they were. */
LOGICAL KeTryToAcquireQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number, PKIRQL OldIrql);
BOOLEAN KeTryToAcquireQueuedSpinLockRaiseToSynch(KSPIN_LOCK_QUEUE_NUMBER Number, PKIRQL OldIrql);
/* Releases the lock, then sets the IRQL to OldIrql. */
VOID KeReleaseQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number, KIRQL OldIrql);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* SPINLAB_INTERFACE_NTIFS_H_ */
