#include "tests/interface/c_view.h"

#include <ndis.h>
#include <wdm.h>

#define RETURN_UNLESS(expectation)           \
  do {                                       \
    if (!(expectation)) return #expectation; \
  } while (0)

struct c_layout describe_layout(void) {
  struct c_layout layout = {
      .spin_lock_bytes = sizeof(KSPIN_LOCK),
      .queue_bytes = sizeof(KSPIN_LOCK_QUEUE),
      .queue_lock_offset = offsetof(KSPIN_LOCK_QUEUE, Lock),
      .handle_bytes = sizeof(KLOCK_QUEUE_HANDLE),
      .handle_old_irql_offset = offsetof(KLOCK_QUEUE_HANDLE, OldIrql),
      .ndis_bytes = sizeof(NDIS_SPIN_LOCK),
      .ndis_old_irql_offset = offsetof(NDIS_SPIN_LOCK, OldIrql),
      .irql_bytes = sizeof(KIRQL),
      .boolean_bytes = sizeof(BOOLEAN),
      .long_bytes = sizeof(LONG),
  };
  return layout;
}

static const char* ke_calls(int can_try) {
  KSPIN_LOCK lock;
  KLOCK_QUEUE_HANDLE handle;
  KIRQL old = HIGH_LEVEL;

  KeInitializeSpinLock(&lock);
  KeAcquireSpinLock(&lock, &old);
  RETURN_UNLESS(old == PASSIVE_LEVEL && KeGetCurrentIrql() == DISPATCH_LEVEL);
  RETURN_UNLESS(KeTestSpinLock(&lock) == FALSE);
  KeReleaseSpinLock(&lock, old);
  RETURN_UNLESS(KeTestSpinLock(&lock) == TRUE);

  KeRaiseIrql(DISPATCH_LEVEL, &old);
  RETURN_UNLESS(old == PASSIVE_LEVEL);
  KeAcquireSpinLockAtDpcLevel(&lock);
  KeReleaseSpinLockFromDpcLevel(&lock);
  if (can_try) {
    RETURN_UNLESS(KeTryToAcquireSpinLockAtDpcLevel(&lock) == TRUE);
    KeReleaseSpinLockFromDpcLevel(&lock);
  }
  KeInitializeSpinLock(&lock); /* Another lock, with queue handles from now on. */
  KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &handle);
  KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
  KeLowerIrql(old);

  KeAcquireInStackQueuedSpinLock(&lock, &handle);
  RETURN_UNLESS(KeRaiseIrqlToDpcLevel() == DISPATCH_LEVEL);
  KeReleaseInStackQueuedSpinLock(&handle);
  RETURN_UNLESS(KeGetCurrentIrql() == PASSIVE_LEVEL);
  return NULL;
}

const char* c_calls(int can_try) {
  NDIS_SPIN_LOCK lock;
  KIRQL old;
  const char* failed = ke_calls(can_try);
  if (failed != NULL) return failed;

  NdisAllocateSpinLock(&lock);
  NdisAcquireSpinLock(&lock);
  RETURN_UNLESS(KeGetCurrentIrql() == DISPATCH_LEVEL && lock.OldIrql == PASSIVE_LEVEL);
  NdisReleaseSpinLock(&lock);
  RETURN_UNLESS(KeGetCurrentIrql() == PASSIVE_LEVEL);
  old = KeRaiseIrqlToDpcLevel();
  NdisDprAcquireSpinLock(&lock);
  NdisDprReleaseSpinLock(&lock);
  KeLowerIrql(old);
  NdisFreeSpinLock(&lock);
  RETURN_UNLESS(lock.SpinLock == 0 && lock.OldIrql == 0);
  return NULL;
}
