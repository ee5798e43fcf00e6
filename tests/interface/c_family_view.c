/* Queued, reader-writer and interrupt spin locks, lists and DPCs, as a driver in C uses them. */
#include <ndis.h>
#include <ntifs.h>

#include "interface/spinlab_processors.h"
#include "tests/interface/c_view.h"

#define RETURN_UNLESS(expectation)           \
  do {                                       \
    if (!(expectation)) return #expectation; \
  } while (0)

static const char* level_calls(int can_try) {
  KSPIN_LOCK lock;
  KLOCK_QUEUE_HANDLE handle;
  KIRQL old;
  KeInitializeSpinLock(&lock);
  old = KeAcquireSpinLockRaiseToSynch(&lock);
  RETURN_UNLESS(KeGetCurrentIrql() == SYNCH_LEVEL && KeAreApcsDisabled() == FALSE);
  KeReleaseSpinLock(&lock, old);
  old = KeAcquireSpinLockForDpc(&lock);
  KeReleaseSpinLockForDpc(&lock, old);
  old = KeRaiseIrqlToDpcLevel();
  KefAcquireSpinLockAtDpcLevel(&lock);
  KefReleaseSpinLockFromDpcLevel(&lock);
  KeLowerIrql(old);
  KeInitializeSpinLock(&lock); /* Another lock, with queue handles from now on. */
  KeAcquireInStackQueuedSpinLockRaiseToSynch(&lock, &handle);
  KeReleaseInStackQueuedSpinLock(&handle);
  KeAcquireInStackQueuedSpinLockForDpc(&lock, &handle);
  KeReleaseInStackQueuedSpinLockForDpc(&handle);

  old = KeAcquireQueuedSpinLock(LockQueuePfnLock);
  KeReleaseQueuedSpinLock(LockQueuePfnLock, old);
  old = KeAcquireQueuedSpinLockRaiseToSynch(LockQueuePfnLock);
  KeReleaseQueuedSpinLock(LockQueuePfnLock, old);
  if (can_try) {
    RETURN_UNLESS(KeTryToAcquireQueuedSpinLock(LockQueuePfnLock, &old));
    KeReleaseQueuedSpinLock(LockQueuePfnLock, old);
    RETURN_UNLESS(KeTryToAcquireQueuedSpinLockRaiseToSynch(LockQueuePfnLock, &old) == TRUE);
    KeReleaseQueuedSpinLock(LockQueuePfnLock, old);
  }
  IoAcquireCancelSpinLock(&old);
  IoReleaseCancelSpinLock(old);
  RETURN_UNLESS(KeGetCurrentThread() != NULL && KeRaiseIrqlToSynchLevel() == PASSIVE_LEVEL);
  KeLowerIrql(PASSIVE_LEVEL);
  return NULL;
}

static const char* reader_writer_calls(void) {
  static EX_SPIN_LOCK lock; /* Zero: no function initialises these. */
  LOCK_STATE_EX state;
  PNDIS_RW_LOCK_EX ndis_lock = NdisAllocateRWLock(NULL);
  KIRQL old = ExAcquireSpinLockShared(&lock);
  RETURN_UNLESS(ExTryConvertSharedSpinLockExclusive(&lock));
  ExReleaseSpinLockExclusive(&lock, old);
  old = ExAcquireSpinLockExclusive(&lock);
  ExReleaseSpinLockExclusive(&lock, old);
  old = KeRaiseIrqlToDpcLevel();
  ExAcquireSpinLockSharedAtDpcLevel(&lock);
  ExReleaseSpinLockSharedFromDpcLevel(&lock);
  ExAcquireSpinLockExclusiveAtDpcLevel(&lock);
  ExReleaseSpinLockExclusiveFromDpcLevel(&lock);
  KeLowerIrql(old);
  old = ExAcquireSpinLockShared(&lock);
  ExReleaseSpinLockShared(&lock, old);

  RETURN_UNLESS(lock == 0 && ndis_lock != NULL);
  NdisAcquireRWLockRead(ndis_lock, &state, 0);
  NdisReleaseRWLock(ndis_lock, &state);
  old = KeRaiseIrqlToDpcLevel();
  NdisAcquireRWLockWrite(ndis_lock, &state, NDIS_RWL_AT_DISPATCH_LEVEL);
  NdisReleaseRWLock(ndis_lock, &state);
  KeLowerIrql(old);
  NdisFreeRWLock(ndis_lock);
  RETURN_UNLESS(KeGetCurrentIrql() == PASSIVE_LEVEL);
  return NULL;
}

struct item {
  LIST_ENTRY link;
  SINGLE_LIST_ENTRY single;
  SLIST_ENTRY sequenced;
};

static const char* list_calls(void) {
  NDIS_SPIN_LOCK lock;
  LIST_ENTRY head;
  SINGLE_LIST_ENTRY single = {NULL};
  SLIST_HEADER sequenced;
  LARGE_INTEGER large = {.QuadPart = 1};
  LONGLONG comparand = 2, wanted = 3;
  ULONG sum = 1;
  struct item item;

  NdisAllocateSpinLock(&lock);
  InitializeListHead(&head);
  RETURN_UNLESS(NdisInterlockedInsertTailList(&head, &item.link, &lock) == NULL);
  RETURN_UNLESS(NdisInterlockedRemoveHeadList(&head, &lock) == &item.link && IsListEmpty(&head));
  RETURN_UNLESS(ExInterlockedPushEntryList(&single, &item.single, &lock.SpinLock) == NULL);
  RETURN_UNLESS(ExInterlockedPopEntryList(&single, &lock.SpinLock) == &item.single);
  NdisInitializeSListHead(&sequenced);
  RETURN_UNLESS(NdisInterlockedPushEntrySList(&sequenced, &item.sequenced, &lock) == NULL);
  RETURN_UNLESS(sequenced.HeaderX64.Sequence == 1 && NdisQueryDepthSList(&sequenced) == 1);
  RETURN_UNLESS(CONTAINING_RECORD(NdisInterlockedPopEntrySList(&sequenced, &lock), struct item,
                                  sequenced) == &item);
  RETURN_UNLESS(ExInterlockedFlushSList(&sequenced) == NULL && !FirstEntrySList(&sequenced));
  RETURN_UNLESS(NdisInterlockedAddUlong(&sum, 1, &lock) == 1 && sum == 2);
  RETURN_UNLESS(ExInterlockedAddLargeInteger(&large, large, &lock.SpinLock).LowPart == 1);
  RETURN_UNLESS(ExInterlockedCompareExchange64(&large.QuadPart, &wanted, &comparand, NULL) == 2);
  NdisInterlockedAddLargeStatistic(&large, 1);
  RETURN_UNLESS(large.u.LowPart == 4 && large.HighPart == 0);
  NdisFreeSpinLock(&lock);
  return NULL;
}

static BOOLEAN count_interrupt(PKINTERRUPT interrupt, PVOID context) {
  UNREFERENCED_PARAMETER(interrupt);
  return NdisInterlockedIncrement((PLONG)context) > 0;
}
static BOOLEAN count_synchronized(PVOID context) { return count_interrupt(NULL, context); }
static VOID count_dpc(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2) {
  (void)dpc, (void)argument1, (void)argument2;
  NdisInterlockedIncrement((PLONG)context);
}

static const char* interrupt_calls(void) {
  LONG count = 0;
  KDPC dpc;
  PKINTERRUPT interrupt = NULL;
  ULONG processor = SpinlabBecomeProcessor();
  RETURN_UNLESS(IoConnectInterrupt(&interrupt, count_interrupt, &count, NULL, 0, 5, 5, Latched,
                                   FALSE, 1, FALSE) == STATUS_SUCCESS);
  KeReleaseInterruptSpinLock(interrupt, KeAcquireInterruptSpinLock(interrupt));
  RETURN_UNLESS(KeSynchronizeExecution(interrupt, count_synchronized, &count) == TRUE);
  RETURN_UNLESS(NdisMSynchronizeWithInterruptEx(interrupt, 0, count_synchronized, &count) == TRUE);
  RETURN_UNLESS(SpinlabFireInterrupt(interrupt, processor) == TRUE);
  KeInitializeDpc(&dpc, count_dpc, &count);
  KeSetImportanceDpc(&dpc, HighImportance);
  KeSetTargetProcessorDpc(&dpc, (CCHAR)processor);
  RETURN_UNLESS(KeInsertQueueDpc(&dpc, NULL, NULL) == TRUE && KeRemoveQueueDpc(&dpc) == FALSE);
  KeFlushQueuedDpcs();
  RETURN_UNLESS(count == 4);
  IoDisconnectInterrupt(interrupt);
  SpinlabLeaveProcessor();
  return NULL;
}

const char* c_family_calls(int can_try) {
  const char* failed = level_calls(can_try);
  if (failed == NULL) failed = reader_writer_calls();
  if (failed == NULL) failed = list_calls();
  if (failed == NULL) failed = interrupt_calls();
  return failed;
}
