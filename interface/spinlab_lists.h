/* Lists and the functions that change them at once: ExInterlocked*, S-lists.
 *
 * Part of wdm.h; for C11 and C++20. Thread safety: the unlocked helpers touch what they are given,
 * and nothing else; everything named Interlocked may be called by any thread at any IRQL. Errors:
 * none are reported. */
#ifndef SPINLAB_INTERFACE_SPINLAB_LISTS_H_
#define SPINLAB_INTERFACE_SPINLAB_LISTS_H_

#include "spinlab_interlocked.h"
#include "spinlab_types.h"

/* A ring through its head; in a head, Flink is the first entry and Blink the last. */
typedef struct _LIST_ENTRY {
  struct _LIST_ENTRY* Flink;
  struct _LIST_ENTRY* Blink;
} LIST_ENTRY, *PLIST_ENTRY;

/* In a head, Next is the first entry. */
typedef struct _SINGLE_LIST_ENTRY {
  struct _SINGLE_LIST_ENTRY* Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

typedef struct __attribute__((aligned(16))) _SLIST_ENTRY {
  struct _SLIST_ENTRY* Next;
} SLIST_ENTRY, *PSLIST_ENTRY;

/* NextEntry is the first entry's address without its four zero bits. */
typedef union __attribute__((aligned(16))) _SLIST_HEADER {
  __extension__ struct {
    ULONGLONG Alignment;
    ULONGLONG Region;
  };
  struct {
    __extension__ ULONGLONG Depth : 16;
    __extension__ ULONGLONG Sequence : 48;
    __extension__ ULONGLONG Reserved : 4;
    __extension__ ULONGLONG NextEntry : 60;
  } HeaderX64;
} SLIST_HEADER, *PSLIST_HEADER;

static_assert(sizeof(SLIST_ENTRY) == 16 && sizeof(SLIST_HEADER) == 16, "padded to 16 bytes");
static_assert(__alignof__(SLIST_ENTRY) == 16 && __alignof__(SLIST_HEADER) == 16, "on 16 bytes");
static_assert(offsetof(SLIST_ENTRY, Next) == 0, "an entry is its link");
static_assert(offsetof(SLIST_HEADER, Alignment) == 0, "depth and sequence");
static_assert(offsetof(SLIST_HEADER, Region) == 8, "the first entry");
static_assert(offsetof(SLIST_HEADER, HeaderX64) == 0, "the same in fields");

/* The object that a member lies in. */
#define CONTAINING_RECORD(address, type, field) \
  ((type*)(void*)((char*)(address) - offsetof(type, field)))

/* ---- Unlocked helpers: the caller keeps others away ---- */

static inline VOID InitializeListHead(PLIST_ENTRY ListHead) {
  ListHead->Flink = ListHead;
  ListHead->Blink = ListHead;
}

static inline BOOLEAN IsListEmpty(const LIST_ENTRY* ListHead) {
  return ListHead->Flink == ListHead ? TRUE : FALSE;
}

static inline VOID InsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry) {
  Entry->Flink = ListHead->Flink;
  Entry->Blink = ListHead;
  ListHead->Flink->Blink = Entry;
  ListHead->Flink = Entry;
}

static inline VOID InsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry) {
  InsertHeadList(ListHead->Blink, Entry); /* Behind the last entry, or the head. */
}

/* TRUE if the list is empty now. */
static inline BOOLEAN RemoveEntryList(PLIST_ENTRY Entry) {
  Entry->Blink->Flink = Entry->Flink;
  Entry->Flink->Blink = Entry->Blink;
  return Entry->Flink == Entry->Blink ? TRUE : FALSE;
}

/* The first entry; the head itself if the list was empty. */
static inline PLIST_ENTRY RemoveHeadList(PLIST_ENTRY ListHead) {
  PLIST_ENTRY const first = ListHead->Flink;
  (void)RemoveEntryList(first);
  return first;
}

/* The last entry; the head itself if the list was empty. */
static inline PLIST_ENTRY RemoveTailList(PLIST_ENTRY ListHead) {
  PLIST_ENTRY const last = ListHead->Blink;
  (void)RemoveEntryList(last);
  return last;
}

static inline VOID PushEntryList(PSINGLE_LIST_ENTRY ListHead, PSINGLE_LIST_ENTRY Entry) {
  Entry->Next = ListHead->Next;
  ListHead->Next = Entry;
}

/* The first entry; NULL if the list was empty. */
static inline PSINGLE_LIST_ENTRY PopEntryList(PSINGLE_LIST_ENTRY ListHead) {
  PSINGLE_LIST_ENTRY const first = ListHead->Next;
  if (first != NULL) ListHead->Next = first->Next;
  return first;
}

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- Under a spin lock of the caller's: not to be held by the caller, and not to be used for
 * anything but these functions. The IRQL is HIGH_LEVEL inside, and afterwards as before ---- */

/* The former first (last) entry; NULL if the list was empty. */
PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock);
PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock);
/* The entry that was removed; NULL if the list was empty. */
PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock);
/* The former first entry; NULL if the list was empty. */
PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
                                              PSINGLE_LIST_ENTRY ListEntry, PKSPIN_LOCK Lock);
/* The entry that was removed; NULL if the list was empty. */
PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock);
/* The old value. */
ULONG ExInterlockedAddUlong(PULONG Addend, ULONG Increment, PKSPIN_LOCK Lock);
LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
                                           PKSPIN_LOCK Lock);

/* ---- S-lists: lock-free, the same algorithm for every backend. Entries and headers are aligned to
 * 16 bytes. An entry that was popped may be used again or pushed anywhere at once, but its memory
 * must stay readable while another thread is in a pop ---- */

VOID InitializeSListHead(PSLIST_HEADER ListHead);
VOID ExInitializeSListHead(PSLIST_HEADER ListHead);
/* The former first entry; NULL if the list was empty. */
PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry);
/* The lock is not needed, and not touched: it may be NULL. */
PSLIST_ENTRY ExInterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry,
                                         PKSPIN_LOCK Lock);
/* The entry that was removed; NULL if the list was empty. */
PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER ListHead);
/* The lock is as above. */
PSLIST_ENTRY ExInterlockedPopEntrySList(PSLIST_HEADER ListHead, PKSPIN_LOCK Lock);
/* Empties the list and returns its entries, linked by Next. */
PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER ListHead);
PSLIST_ENTRY ExInterlockedFlushSList(PSLIST_HEADER ListHead);
/* The first entry: a hint. */
PSLIST_ENTRY FirstEntrySList(const SLIST_HEADER* ListHead);
/* How many entries: a hint, modulo 65,536. */
USHORT ExQueryDepthSList(PSLIST_HEADER ListHead);
USHORT QueryDepthSList(PSLIST_HEADER ListHead);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* SPINLAB_INTERFACE_SPINLAB_LISTS_H_ */
