/* The types of wdm.h, ntifs.h and ndis.h: Windows' names, layouts and values (amd64). For C11 and
 * C++20. LONG and ULONG have 32 bits, whatever long has. */
#ifndef SPINLAB_INTERFACE_SPINLAB_TYPES_H_
#define SPINLAB_INTERFACE_SPINLAB_TYPES_H_

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
#define UNREFERENCED_PARAMETER(Parameter) ((void)(Parameter))

typedef char CHAR, *PCHAR;
typedef uint8_t UCHAR, *PUCHAR;
typedef int16_t SHORT, *PSHORT;
typedef uint16_t USHORT, *PUSHORT;
typedef int32_t LONG, *PLONG;
typedef uint32_t ULONG, *PULONG;
typedef long long LONGLONG, *PLONGLONG;
typedef unsigned long long ULONGLONG, *PULONGLONG;
typedef LONGLONG LONG64, *PLONG64;
typedef ULONGLONG ULONG64, *PULONG64;
typedef intptr_t LONG_PTR, *PLONG_PTR;
typedef uintptr_t ULONG_PTR, *PULONG_PTR;
typedef ULONG_PTR SIZE_T, *PSIZE_T;
typedef void* PVOID;
typedef UCHAR BOOLEAN, *PBOOLEAN;
typedef ULONG LOGICAL, *PLOGICAL;
typedef signed char CCHAR;
typedef ULONG_PTR KAFFINITY, *PKAFFINITY;

typedef LONG NTSTATUS, *PNTSTATUS;
#define NT_SUCCESS(Status) ((NTSTATUS)(Status) >= 0)
#define STATUS_SUCCESS ((NTSTATUS)0)
#define STATUS_INVALID_PARAMETER ((NTSTATUS)0xC000000DU)
#define STATUS_INSUFFICIENT_RESOURCES ((NTSTATUS)0xC000009AU)

typedef union _LARGE_INTEGER {
  __extension__ struct {
    ULONG LowPart;
    LONG HighPart;
  };
  struct {
    ULONG LowPart;
    LONG HighPart;
  } u;
  LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

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

/* The calling thread, as KeGetCurrentThread() names it; there is nothing to see inside. */
typedef struct _KTHREAD KTHREAD, *PKTHREAD;

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

/* A reader-writer spin lock. Free: 0. Read: the number of readers. Held for writing, or waited for
 * by the next writer: bit 31 is set. */
typedef LONG EX_SPIN_LOCK, *PEX_SPIN_LOCK;

static_assert(sizeof(KIRQL) == 1 && sizeof(BOOLEAN) == 1, "bytes");
static_assert(sizeof(LONG) == 4 && sizeof(ULONG) == 4, "32 bits, whatever long has");
static_assert(sizeof(LARGE_INTEGER) == 8, "two halves");
static_assert(sizeof(KSPIN_LOCK) == sizeof(void*), "a spin lock is one word");
static_assert(sizeof(EX_SPIN_LOCK) == 4, "a reader-writer spin lock is a LONG");
static_assert(sizeof(KSPIN_LOCK_QUEUE) == 16, "two words");
static_assert(offsetof(KSPIN_LOCK_QUEUE, Next) == 0, "first word");
static_assert(offsetof(KSPIN_LOCK_QUEUE, Lock) == 8, "second word");
static_assert(sizeof(KLOCK_QUEUE_HANDLE) == 24, "a queue entry and an IRQL, padded");
static_assert(offsetof(KLOCK_QUEUE_HANDLE, LockQueue) == 0, "a handle starts with its entry");
static_assert(offsetof(KLOCK_QUEUE_HANDLE, OldIrql) == 16, "after the entry");

#endif /* SPINLAB_INTERFACE_SPINLAB_TYPES_H_ */
