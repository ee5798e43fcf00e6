/* The network drivers' spin locks: wdm.h's, with the old IRQL kept in the lock.
 *
 * For C11 and C++20; behind it stands the same backend. Thread safety and errors as in wdm.h. */
#ifndef SPINLAB_INTERFACE_NDIS_H_
#define SPINLAB_INTERFACE_NDIS_H_

#include "wdm.h"

typedef struct _NDIS_SPIN_LOCK {
  KSPIN_LOCK SpinLock;
  KIRQL OldIrql; /* Of the holder; written while the lock is held. */
} NDIS_SPIN_LOCK, *PNDIS_SPIN_LOCK;

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

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* SPINLAB_INTERFACE_NDIS_H_ */
