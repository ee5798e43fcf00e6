// NativeLayoutLock: the values that Windows shows in a KSPIN_LOCK and a KLOCK_QUEUE_HANDLE: TTAS
// in the word through the plain door, MCS over the caller's handle through the queued one.
//
// Source     Layouts as documented for KSPIN_LOCK and KSPIN_LOCK_QUEUE (wdm.h); the queue is
//            Mellor-Crummey and Scott, ACM TOCS 9(1), 1991, algorithm 5.
// Fairness   none through the plain door, which is the one that `info` describes; FIFO in the order
//            of the exchange on word_ through the queued door.
// Space      one word per lock, a handle of two words per queued acquisition.
// Traffic    queued: as MCS, but a handle is no line of its own. Plain: as TTAS.
//
// Invariants
//   I1  word_ is 0 iff the lock is free. Held plain: 1. Held queued: address of the last node.
//   I2  Both doors at once on one lock are undefined, as documented.
//   I3  node.lock is the lock's address; bit kOwner is set while the node holds it, bit kWaiting
//       from its publication until the hand-over. Others write it once, at the hand-over.
#pragma once

#include "algorithms/lock.hpp"

namespace spinlab {

template <Machine M>
class NativeLayoutLock {
  template <class T>
  using Cell = typename M::template Cell<T>;

 public:
  static constexpr LockInfo info{.title = "Windows' layout: TTAS, queued as MCS",
                                 .family = "hybrid",
                                 .source = "Microsoft, wdm.h: KSPIN_LOCK, KLOCK_QUEUE_HANDLE",
                                 .year = 2001,
                                 .fairness = Fairness::kNone,
                                 .bypass_bound = 0,
                                 .words = 1,
                                 .node = NodeKind::kCaller};

  struct Node {  // KSPIN_LOCK_QUEUE: not aligned to a line, since a handle is not.
    Cell<Node*> next{nullptr};
    Cell<std::uintptr_t> lock{0};
  };

  void acquire(Node& node) {
    // [A1, A2] relaxed: the node is private until A3 publishes it.
    node.next.store(nullptr, memory_order::relaxed);
    node.lock.store(address() | kWaiting, memory_order::relaxed);
    // [A3] acq_rel, pairs with R3 (acquire) and the successor's A3 (release), as in MCS.
    const std::uintptr_t last = word_.exchange(to_word(node), memory_order::acq_rel);
    M::doorway();
    if (last == kFree) {
      // [A4] relaxed: nobody else writes node.lock while its node is the head; the caller sees it.
      node.lock.store(address() | kOwner, memory_order::relaxed);
      return;
    }
    // [A5] release, pairs with R2/R4: the holder that finds us sees A2, so R5 comes after it.
    to_node(last)->next.store(&node, memory_order::release);
    // [A6] acquire, pairs with R5: the predecessor's critical section happens before ours.
    node.lock.await([](std::uintptr_t lock) { return (lock & kWaiting) == 0; },
                    memory_order::acquire);
  }

  bool try_acquire(Node& node) {
    // [T1, T2] relaxed: the node is private until T3 publishes it.
    node.next.store(nullptr, memory_order::relaxed);
    node.lock.store(address() | kOwner, memory_order::relaxed);
    std::uintptr_t expected = kFree;
    // [T3] As A3 on success. relaxed on failure: nothing is read through the value.
    return word_.compare_exchange(expected, to_word(node), memory_order::acq_rel,
                                  memory_order::relaxed);
  }

  void release(Node& node) {
    // [R1] relaxed: after a release the handle shows the lock without bits; only we look at it.
    node.lock.store(address(), memory_order::relaxed);
    // [R2] acquire, pairs with A5: the successor's node is initialised before R5 writes it.
    Node* successor = node.next.load(memory_order::acquire);
    if (successor == nullptr) {
      std::uintptr_t expected = to_word(node);
      // [R3] release, pairs with A3, T3 and P1: publishes our critical section. relaxed on
      //      failure: we only learn that a successor exists, and R4 reads it.
      if (word_.compare_exchange(expected, kFree, memory_order::release, memory_order::relaxed))
        return;
      // [R4] As R2. Bounded by the successor's steps from A3 to A5.
      successor =
          node.next.await([](Node* next) { return next != nullptr; }, memory_order::acquire);
    }
    // [R5] Hand-over. release, pairs with A6. Last access to the successor's node.
    successor->lock.store(address() | kOwner, memory_order::release);
  }

  void acquire_plain() {
    // [P1] acquire, pairs with Q1 and R3: the last critical section happens before ours. The tests
    //      between exchanges are relaxed: they only say when to try again.
    word_.await_test_exchange(
        kHeldPlain, [](std::uintptr_t word) { return word == kFree; }, memory_order::acquire,
        [](std::uintptr_t) { return kUnitsBetweenLooks; });
    M::doorway();
  }

  bool try_acquire_plain() {
    std::uintptr_t expected = kFree;
    // [P2] As P1 on success. A compare-exchange: the word of a queued holder must stay.
    return word_.compare_exchange(expected, kHeldPlain, memory_order::acquire,
                                  memory_order::relaxed);
  }

  void release_plain() {
    // [Q1] release, pairs with P1, P2 and A3: publishes our critical section to the next holder.
    word_.store(kFree, memory_order::release);
  }

  bool is_held() const {
    // [H1] relaxed: a hint, old as soon as it is read.
    return word_.load(memory_order::relaxed) != kFree;
  }

 private:
  static constexpr std::uintptr_t kFree = 0;
  static constexpr std::uintptr_t kHeldPlain = 1;
  static constexpr std::uintptr_t kWaiting = 1;  // In Node::lock; set by A2, cleared by R5.
  static constexpr std::uintptr_t kOwner = 2;    // In Node::lock; set by A4, T2, R5.

  std::uintptr_t address() const { return reinterpret_cast<std::uintptr_t>(this); }
  static std::uintptr_t to_word(Node& node) { return reinterpret_cast<std::uintptr_t>(&node); }
  static Node* to_node(std::uintptr_t word) { return reinterpret_cast<Node*>(word); }

  Cell<std::uintptr_t> word_{kFree};
};

}  // namespace spinlab
