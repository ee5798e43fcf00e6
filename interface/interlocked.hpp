// Interlocked: lists and sums that are changed under a spin lock of the caller's, over any lock and
// machine.
//
// Semantics, thread safety and errors as said at the functions of spinlab_lists.h.
#pragma once

#include "interface/ke.hpp"
#include "interface/spinlab_lists.h"

namespace spinlab {

template <template <class> class LockOver, Machine M>
class Interlocked {
 public:
  static LIST_ENTRY* insert_head(LIST_ENTRY* head, LIST_ENTRY* entry, KSPIN_LOCK* lock) {
    const Uninterrupted inside(lock);
    LIST_ENTRY* const first = head->Flink;
    InsertHeadList(head, entry);
    return first == head ? nullptr : first;
  }

  static LIST_ENTRY* insert_tail(LIST_ENTRY* head, LIST_ENTRY* entry, KSPIN_LOCK* lock) {
    const Uninterrupted inside(lock);
    LIST_ENTRY* const last = head->Blink;
    InsertTailList(head, entry);
    return last == head ? nullptr : last;
  }

  static LIST_ENTRY* remove_head(LIST_ENTRY* head, KSPIN_LOCK* lock) {
    const Uninterrupted inside(lock);
    return IsListEmpty(head) ? nullptr : RemoveHeadList(head);
  }

  static SINGLE_LIST_ENTRY* push(SINGLE_LIST_ENTRY* head, SINGLE_LIST_ENTRY* entry,
                                 KSPIN_LOCK* lock) {
    const Uninterrupted inside(lock);
    PushEntryList(head, entry);
    return entry->Next;
  }

  static SINGLE_LIST_ENTRY* pop(SINGLE_LIST_ENTRY* head, KSPIN_LOCK* lock) {
    const Uninterrupted inside(lock);
    return PopEntryList(head);
  }

  static ULONG add(ULONG* addend, ULONG increment, KSPIN_LOCK* lock) {
    const Uninterrupted inside(lock);
    const ULONG old = *addend;
    *addend = old + increment;
    return old;
  }

  static LARGE_INTEGER add_large(LARGE_INTEGER* addend, LARGE_INTEGER increment, KSPIN_LOCK* lock) {
    const Uninterrupted inside(lock);
    const LARGE_INTEGER old = *addend;
    // Unsigned: it wraps around.
    addend->QuadPart = static_cast<LONGLONG>(static_cast<ULONGLONG>(old.QuadPart) +
                                             static_cast<ULONGLONG>(increment.QuadPart));
    return old;
  }

 private:
  using Kernel = Ke<LockOver, M>;

  // At HIGH_LEVEL: an interrupt on this thread may want the same list.
  class Uninterrupted {
   public:
    explicit Uninterrupted(KSPIN_LOCK* lock)
        : lock_(lock), old_irql_(Kernel::acquire_at(HIGH_LEVEL, lock)) {}
    Uninterrupted(const Uninterrupted&) = delete;
    Uninterrupted& operator=(const Uninterrupted&) = delete;
    ~Uninterrupted() { Kernel::release(lock_, old_irql_); }

   private:
    KSPIN_LOCK* lock_;
    KIRQL old_irql_;
  };
};

}  // namespace spinlab
