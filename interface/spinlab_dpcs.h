/* Deferred procedure calls: routines that run at DISPATCH_LEVEL on a processor.
 *
 * Part of wdm.h; for C11 and C++20. A processor is a thread that became one
 * (spinlab_processors.h). Thread safety: all functions, at any IRQL. */
#ifndef SPINLAB_INTERFACE_SPINLAB_DPCS_H_
#define SPINLAB_INTERFACE_SPINLAB_DPCS_H_

#include "spinlab_lists.h"
#include "spinlab_types.h"

struct _KDPC;

typedef VOID KDEFERRED_ROUTINE(struct _KDPC* Dpc, PVOID DeferredContext, PVOID SystemArgument1,
                               PVOID SystemArgument2);
typedef KDEFERRED_ROUTINE* PKDEFERRED_ROUTINE;

typedef enum _KDPC_IMPORTANCE {
  LowImportance,
  MediumImportance,
  HighImportance,
  MediumHighImportance
} KDPC_IMPORTANCE;

/* The caller's; initialised once, queued at most once at a time. */
typedef struct _KDPC {
  UCHAR Type;
  UCHAR Importance;
  USHORT Number; /* The target processor's number and 1; 0: the inserting thread's. */
  SINGLE_LIST_ENTRY DpcListEntry;
  KAFFINITY ProcessorHistory;
  PKDEFERRED_ROUTINE DeferredRoutine;
  PVOID DeferredContext;
  PVOID SystemArgument1;
  PVOID SystemArgument2;
  PVOID DpcData; /* The queue that it is in, or NULL. */
} KDPC, *PKDPC, *PRKDPC;

static_assert(sizeof(KDPC) == 64, "as on amd64");
static_assert(offsetof(KDPC, Importance) == 1 && offsetof(KDPC, Number) == 2, "small ones first");
static_assert(offsetof(KDPC, DpcListEntry) == 8, "the link");
static_assert(offsetof(KDPC, ProcessorHistory) == 16, "after the link");
static_assert(offsetof(KDPC, DeferredRoutine) == 24, "the routine");
static_assert(offsetof(KDPC, DeferredContext) == 32, "its context");
static_assert(offsetof(KDPC, SystemArgument1) == 40, "its first argument");
static_assert(offsetof(KDPC, SystemArgument2) == 48, "its second argument");
static_assert(offsetof(KDPC, DpcData) == 56, "the queue");

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Medium importance, no target. */
VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext);
/* High: to the head of its queue; the others go to the tail. Not while it is queued. */
VOID KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance);
VOID KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number);
/* Queues it for its target, else for the calling thread if that is a processor, else for processor
 * 0. FALSE if it was queued already (the arguments stay those of the first call), or if its target
 * is no processor's number. It runs once the processor's IRQL is below DISPATCH_LEVEL: on the
 * caller's own maybe before this returns. */
BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2);
/* FALSE if it was not queued; then it may be running. */
BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc);
/* Returns when every DPC that was queued before, for any processor, has run; what no thread is the
 * processor of is not waited for. At PASSIVE_LEVEL: a processor's own DPCs run meanwhile. */
VOID KeFlushQueuedDpcs(VOID);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* SPINLAB_INTERFACE_SPINLAB_DPCS_H_ */
