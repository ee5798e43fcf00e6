// NumberedLocks: queued locks known by a small number, over any lock and machine.
//
// The queue entries are the calling thread's, one a number, as they are the processor's on Windows:
// a thread holds a number at most once. Everything that waits queues through the in-stack door.
//
// Semantics, thread safety and errors as said at the functions of ntifs.h.
#pragma once

#include "interface/ke.hpp"
#include "interface/ntifs.h"
#include "interface/refuse_number.hpp"

namespace spinlab {

// The words, each on a line of its own. Zero is free, whatever lock stands behind them.
template <std::size_t kCount, std::size_t kLineBytes>
struct NumberedWords {
  struct alignas(kLineBytes) Line {
    KSPIN_LOCK word = 0;
  };
  Line lines[kCount];
};

// The locks of a program are those of M::shared; others have words of their own.
template <template <class> class LockOver, Machine M, std::size_t kCount = LockQueueMaximumLock>
class NumberedLocks {
  using Queue = InStack<LockOver, M>;
  struct Entries {
    typename Queue::Entry entries[kCount];
  };

 public:
  using Words = NumberedWords<kCount, M::kLineBytes>;

  static KIRQL acquire(KSPIN_LOCK_QUEUE_NUMBER number) {
    return acquire_at(DISPATCH_LEVEL, number, words());
  }
  static KIRQL acquire_raise_to_synch(KSPIN_LOCK_QUEUE_NUMBER number) {
    return acquire_at(SYNCH_LEVEL, number, words());
  }
  static bool try_acquire(KSPIN_LOCK_QUEUE_NUMBER number, KIRQL* old_irql) {
    return try_acquire_at(DISPATCH_LEVEL, number, old_irql, words());
  }
  static bool try_acquire_raise_to_synch(KSPIN_LOCK_QUEUE_NUMBER number, KIRQL* old_irql) {
    return try_acquire_at(SYNCH_LEVEL, number, old_irql, words());
  }
  static void release(KSPIN_LOCK_QUEUE_NUMBER number, KIRQL old_irql) {
    refuse_no_number(number);
    Queue::release(entry(number));
    set_irql<M>(old_irql);
  }

  static void acquire_cancel(KIRQL* old_irql) { *old_irql = acquire(LockQueueIoCancelLock); }
  static void release_cancel(KIRQL old_irql) { release(LockQueueIoCancelLock, old_irql); }

  static KIRQL acquire_at(KIRQL level, KSPIN_LOCK_QUEUE_NUMBER number, Words& words) {
    KSPIN_LOCK* const word = word_of(number, words);
    return acquire_at_irql<M>(level, [=](KIRQL) { Queue::acquire(word, entry(number)); });
  }

  static bool try_acquire_at(KIRQL level, KSPIN_LOCK_QUEUE_NUMBER number, KIRQL* old_irql,
                             Words& words) {
    if constexpr (TryLock<LockOver<M>>) {
      KSPIN_LOCK* const word = word_of(number, words);
      const KIRQL former = exchange_irql<M>(level);
      const bool taken = Queue::try_acquire(word, entry(number));
      if (taken) {
        *old_irql = former;
      } else {
        set_irql<M>(former);
      }
      return taken;
    } else {
      refuse_try("KeTryToAcquireQueuedSpinLock", LockOver<M>::info.title);
    }
  }

 private:
  static KSPIN_LOCK* word_of(KSPIN_LOCK_QUEUE_NUMBER number, Words& words) {
    refuse_no_number(number);
    return &words.lines[number].word;
  }

  // What lies behind the last lock is somebody else's.
  static void refuse_no_number(KSPIN_LOCK_QUEUE_NUMBER number) {
    if (static_cast<std::size_t>(number) >= kCount) [[unlikely]]
      refuse_number(kCount);
  }

  // The calling thread's.
  static typename Queue::Entry& entry(KSPIN_LOCK_QUEUE_NUMBER number) {
    return M::template thread_slot<Entries>().entries[number];
  }
  static Words& words() { return M::template shared<Words>(); }
};

}  // namespace spinlab
