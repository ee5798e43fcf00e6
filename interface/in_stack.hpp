// InStack: acquisitions through a KLOCK_QUEUE_HANDLE's queue entry.
//
// A lock whose node is a KSPIN_LOCK_QUEUE (native_layout) queues the caller's entry itself. Every
// other lock is taken as through the plain door, with a node from the thread's pool if it needs
// one; the entry then only tells: Next names that node while the lock is held (null if there is
// none), Lock names the KSPIN_LOCK.
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
  static void acquire(KSPIN_LOCK* word, KSPIN_LOCK_QUEUE& entry) {
    auto& door = Word::door(word);
    door.acquire();
    entry.Next = nullptr;
    // ThreadNodes took the node in the name of its lock, which shares its address.
    if constexpr (kPoolNode)
      entry.Next = reinterpret_cast<KSPIN_LOCK_QUEUE*>(&NodePool<M, Node>::find(&door));
    entry.Lock = word;
  }

  static void release(KSPIN_LOCK_QUEUE& entry) {
    entry.Next = nullptr;
    Word::door(entry.Lock).release();
  }

 private:
  using Node = typename LockOver<M>::Node;
  using Word = LockWord<LockOver, M>;
  static constexpr bool kPoolNode = kNeedsNode<LockOver<M>> && !PlainDoorLock<LockOver<M>>;
};

template <template <class> class LockOver, Machine M>
  requires QueuesEntries<LockOver<M>>
class InStack<LockOver, M> {
 public:
  static void acquire(KSPIN_LOCK* word, KSPIN_LOCK_QUEUE& entry) {
    lock(word).acquire(node(entry));
  }

  static void release(KSPIN_LOCK_QUEUE& entry) {
    // relaxed: while its owner holds the lock, nobody else writes the entry's Lock.
    const std::uintptr_t tagged = node(entry).lock.load(memory_order::relaxed);
    lock(reinterpret_cast<KSPIN_LOCK*>(tagged & ~kBits)).release(node(entry));
  }

 private:
  using Lock = LockOver<M>;
  using Node = typename Lock::Node;
  static_assert(sizeof(Lock) == sizeof(KSPIN_LOCK));

  static constexpr std::uintptr_t kBits = 3;  // Waiting and owner.

  // acquire() writes the whole node before it publishes it: an entry needs no initialisation.
  static Node& node(KSPIN_LOCK_QUEUE& entry) { return reinterpret_cast<Node&>(entry); }
  static Lock& lock(KSPIN_LOCK* word) { return *reinterpret_cast<Lock*>(word); }
};

}  // namespace spinlab
