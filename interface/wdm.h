/* The Windows kernel's spin lock interface: types, IRQL, plain and in-stack queued spin locks.
 *
 * Names, layouts and values are Windows' own (amd64), so that a driver's source compiles as it is;
 * LONG and ULONG have 32 bits. For C11 and C++20. Behind it stands one lock of
 * algorithms/locks.def, chosen when the program is linked or when it starts: docs/interface.md.
 *
 * Nothing here is checked and no function reports an error: a lock must be initialised, or be
 * zero; the caller keeps the rules for the IRQL. The IRQL is a number that belongs to the calling
 * thread and interrupts nothing. It is assigned, never compared: an acquire at HIGH_LEVEL goes
 * down to DISPATCH_LEVEL.
 * Thread safety: every function may be called by any thread at any time, except that a lock may
 * not be initialised while in use, and is released by the thread that acquired it. */
#ifndef SPINLAB_INTERFACE_WDM_H_
#define SPINLAB_INTERFACE_WDM_H_

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#ifndef VOID
#define VOID void
#endif
#ifndef FALSE
#define FALSE 0
#endif
#ifndef TRUE
#define TRUE 1
#endif

typedef uint8_t UCHAR, *PUCHAR;
typedef uint16_t USHORT, *PUSHORT;
typedef int32_t LONG, *PLONG;
typedef uint32_t ULONG, *PULONG;
typedef uintptr_t ULONG_PTR, *PULONG_PTR;
typedef void* PVOID;
typedef UCHAR BOOLEAN, *PBOOLEAN;
typedef ULONG LOGICAL, *PLOGICAL;

/* Interrupt request level of a thread, from PASSIVE_LEVEL to HIGH_LEVEL. */
typedef UCHAR KIRQL, *PKIRQL;

#define PASSIVE_LEVEL 0
#define LOW_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
#define CMCI_LEVEL 5
#define SYNCH_LEVEL 12
#define CLOCK_LEVEL 13
#define IPI_LEVEL 14
#define PROFILE_LEVEL 15
#define HIGH_LEVEL 15

/* Free: 0. What a held lock shows is its backend's business. */
typedef ULONG_PTR KSPIN_LOCK, *PKSPIN_LOCK;

typedef struct _KSPIN_LOCK_QUEUE {
  struct _KSPIN_LOCK_QUEUE* volatile Next;
  PKSPIN_LOCK volatile Lock; /* While waiting, bit 0 is set; while owner, bit 1. */
} KSPIN_LOCK_QUEUE, *PKSPIN_LOCK_QUEUE;

/* The caller's, from an in-stack acquire until its release has returned; need not be initialised.
 * One acquisition at a time. */
typedef struct _KLOCK_QUEUE_HANDLE {
  KSPIN_LOCK_QUEUE LockQueue;
  KIRQL OldIrql;
} KLOCK_QUEUE_HANDLE, *PKLOCK_QUEUE_HANDLE;

static_assert(sizeof(KIRQL) == 1 && sizeof(BOOLEAN) == 1, "bytes");
static_assert(sizeof(LONG) == 4 && sizeof(ULONG) == 4, "32 bits, whatever long has");
static_assert(sizeof(KSPIN_LOCK) == sizeof(void*), "a spin lock is one word");
static_assert(sizeof(KSPIN_LOCK_QUEUE) == 16, "two words");
static_assert(offsetof(KSPIN_LOCK_QUEUE, Next) == 0, "first word");
static_assert(offsetof(KSPIN_LOCK_QUEUE, Lock) == 8, "second word");
static_assert(sizeof(KLOCK_QUEUE_HANDLE) == 24, "a queue entry and an IRQL, padded");
static_assert(offsetof(KLOCK_QUEUE_HANDLE, LockQueue) == 0, "a handle starts with its entry");
static_assert(offsetof(KLOCK_QUEUE_HANDLE, OldIrql) == 16, "after the entry");

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The IRQL of the calling thread. */
KIRQL KeGetCurrentIrql(VOID);
/* Sets the IRQL, up or down, and returns the former one. */
KIRQL KfRaiseIrql(KIRQL NewIrql);
KIRQL KeRaiseIrqlToDpcLevel(VOID);
/* Sets the IRQL, down or up. */
VOID KeLowerIrql(KIRQL NewIrql);

/* Makes the lock free. Any IRQL. */
VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock);

/* Waits for the lock; sets DISPATCH_LEVEL and returns the former IRQL. */
KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock);
/* Releases the lock, then sets the IRQL to NewIrql. */
VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql);

/* The same without touching the IRQL. Either release fits either acquire. */
VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock);
/* Takes the lock and returns TRUE, or returns FALSE without waiting. The IRQL stays. */
BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
/* FALSE iff the lock is held: a hint, old when it returns. Never acquires. */
BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock);

/* The queued door: waiters enter in the order of their arrival if the backend can give that.
 * Plain and queued acquisitions of one lock must not meet. OldIrql is written by the first
 * acquire, read by the first release, and left alone by the other two. */
VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

/* Macros on x64, and so here. The old IRQL is written once the lock is taken. */
#define KeAcquireSpinLock(SpinLock, OldIrql) \
  ((void)(*(OldIrql) = KeAcquireSpinLockRaiseToDpc(SpinLock)))
#define KeRaiseIrql(NewIrql, OldIrql) ((void)(*(OldIrql) = KfRaiseIrql(NewIrql)))

#endif /* SPINLAB_INTERFACE_WDM_H_ */
