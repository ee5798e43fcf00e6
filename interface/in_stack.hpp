// InStack: acquisitions through a KLOCK_QUEUE_HANDLE's queue entry.
//
// A lock whose node is a KSPIN_LOCK_QUEUE (native_layout) queues the caller's entry itself. Every
// other lock is taken as through the plain door, with a node from the thread's pool if it needs
// one; the entry then only tells: Next names that node while the lock is held (null if there is
// none), Lock names the KSPIN_LOCK.
//
// Entry is a queue entry for who keeps entries of their own: constructed, on any machine, and laid
// out as a KSPIN_LOCK_QUEUE.
#pragma once

#include "interface/lock_word.hpp"

namespace spinlab {

// A lock with a door for callers who bring a node, and nodes laid out as a queue entry.
template <class L>
concept QueuesEntries = PlainDoorLock<L> && requires(typename L::Node node, memory_order order) {
  requires sizeof(node) == sizeof(KSPIN_LOCK_QUEUE);
  requires alignof(typename L::Node) <= alignof(KSPIN_LOCK_QUEUE);
  { node.lock.load(order) } -> std::same_as<std::uintptr_t>;
};

template <template <class> class LockOver, Machine M>
class InStack {
 public:
  using Entry = KSPIN_LOCK_QUEUE;

  static void acquire(KSPIN_LOCK* word, KSPIN_LOCK_QUEUE& entry) {
    Word::door(word).acquire();
    tell(word, entry);
  }

  static bool try_acquire(KSPIN_LOCK* word, KSPIN_LOCK_QUEUE& entry)
    requires TryLock<LockOver<M>>
  {
    const bool taken = Word::door(word).try_acquire();
    if (taken) tell(word, entry);
    return taken;
  }

  static void release(KSPIN_LOCK_QUEUE& entry) {
    entry.Next = nullptr;
    release_door<LockOver, M>(entry.Lock);
  }

 private:
  using Node = typename LockOver<M>::Node;
  using Word = LockWord<LockOver, M>;
  static constexpr bool kPoolNode = kNeedsNode<LockOver<M>> && !PlainDoorLock<LockOver<M>>;

  static void tell(KSPIN_LOCK* word, KSPIN_LOCK_QUEUE& entry) {
    entry.Next = nullptr;
    // ThreadNodes took the node in the name of its lock, which shares its address.
    if constexpr (kPoolNode)
      entry.Next = reinterpret_cast<KSPIN_LOCK_QUEUE*>(&NodePool<M, Node>::find(&Word::door(word)));
    entry.Lock = word;
  }
};

template <template <class> class LockOver, Machine M>
  requires QueuesEntries<LockOver<M>>
class InStack<LockOver, M> {
 public:
  using Entry = typename LockOver<M>::Node;

  static void acquire(KSPIN_LOCK* word, Entry& entry) { lock(word).acquire(entry); }

  static bool try_acquire(KSPIN_LOCK* word, Entry& entry)
    requires TryLock<LockOver<M>>
  {
    return lock(word).try_acquire(entry);
  }

  static void release(Entry& entry) {
    // relaxed: while its owner holds the lock, nobody else writes the entry's Lock.
    const std::uintptr_t tagged = entry.lock.load(memory_order::relaxed);
    lock(reinterpret_cast<KSPIN_LOCK*>(tagged & ~kBits)).release(entry);
  }

  static void acquire(KSPIN_LOCK* word, KSPIN_LOCK_QUEUE& entry) { acquire(word, node(entry)); }
  static void release(KSPIN_LOCK_QUEUE& entry) { release(node(entry)); }

 private:
  using Lock = LockOver<M>;
  static_assert(sizeof(Lock) == sizeof(KSPIN_LOCK));

  static constexpr std::uintptr_t kBits = 3;  // Waiting and owner.

  // acquire() writes the whole node before it publishes it: an entry needs no initialisation.
  static Entry& node(KSPIN_LOCK_QUEUE& entry) { return reinterpret_cast<Entry&>(entry); }
  static Lock& lock(KSPIN_LOCK* word) { return *reinterpret_cast<Lock*>(word); }
};

}  // namespace spinlab
