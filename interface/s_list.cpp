// The functions of spinlab_lists.h and spinlab_interlocked.h that no lock stands behind: S-lists,
// and those that take a lock which they do not need.
#include "interface/s_list_header.hpp"
#include "interface/spinlab_lists.h"
#include "machines/native/native.hpp"

namespace {

using List = spinlab::SList<spinlab::Native, spinlab::WideSListHeader>;
static_assert(sizeof(List) == sizeof(SLIST_HEADER) && alignof(List) <= alignof(SLIST_HEADER));
static_assert(sizeof(List::Entry) == sizeof(SLIST_ENTRY));

List& list(PSLIST_HEADER header) { return *reinterpret_cast<List*>(header); }
PSLIST_ENTRY from(List::Entry* entry) { return reinterpret_cast<PSLIST_ENTRY>(entry); }

}  // namespace

VOID InitializeSListHead(PSLIST_HEADER ListHead) { *ListHead = {}; }

VOID ExInitializeSListHead(PSLIST_HEADER ListHead) { InitializeSListHead(ListHead); }

PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry) {
  return from(list(ListHead).push(*reinterpret_cast<List::Entry*>(ListEntry)));
}

PSLIST_ENTRY ExInterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry,
                                         PKSPIN_LOCK) {
  return InterlockedPushEntrySList(ListHead, ListEntry);
}

PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER ListHead) { return from(list(ListHead).pop()); }

PSLIST_ENTRY ExInterlockedPopEntrySList(PSLIST_HEADER ListHead, PKSPIN_LOCK) {
  return InterlockedPopEntrySList(ListHead);
}

PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER ListHead) { return from(list(ListHead).flush()); }

PSLIST_ENTRY ExInterlockedFlushSList(PSLIST_HEADER ListHead) {
  return InterlockedFlushSList(ListHead);
}

PSLIST_ENTRY FirstEntrySList(const SLIST_HEADER* ListHead) {
  return from(reinterpret_cast<const List*>(ListHead)->first());
}

USHORT ExQueryDepthSList(PSLIST_HEADER ListHead) {
  return static_cast<USHORT>(list(ListHead).depth());
}

USHORT QueryDepthSList(PSLIST_HEADER ListHead) { return ExQueryDepthSList(ListHead); }

LONG64 ExInterlockedCompareExchange64(LONG64 volatile* Destination, PLONG64 Exchange,
                                      PLONG64 Comparand, PKSPIN_LOCK) {
  return InterlockedCompareExchange64(Destination, *Exchange, *Comparand);
}
