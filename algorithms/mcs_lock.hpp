// McsLock: FIFO queue lock in which every waiter spins on its own waiting node.
//
// Source     Mellor-Crummey and Scott, "Algorithms for Scalable Synchronization on
//            Shared-Memory Multiprocessors", ACM TOCS 9(1), 1991, algorithm 5.
// Fairness   FIFO in the order of the exchange on tail_ (the doorway).
// Space      one word per lock, one waiting node (one line) per thread that holds or waits.
// Traffic    uncontended pair: 2 RMWs on tail_. Contended hand-over: O(1) line transfers.
//
// Invariants
//   I1  tail_ is null iff the lock is free; otherwise it names the last queued node.
//   I2  The holder is the thread that found tail_ null or whose node was granted, until R2/R4.
//   I3  A node is written by others only between its publication and its release():
//       next once, by the successor; granted once, by the predecessor.
#pragma once

#include "algorithms/lock.hpp"

namespace spinlab {

template <Machine M>
class McsLock {
  template <class T>
  using Cell = typename M::template Cell<T>;

 public:
  static constexpr LockInfo info{
      .title = "MCS queue",
      .family = "queue",
      .source = "Mellor-Crummey and Scott, Algorithms for Scalable Synchronization",
      .year = 1991,
      .fairness = Fairness::kFifo,
      .bypass_bound = 0,
      .words = 1,
      .node = NodeKind::kCaller};

  struct alignas(M::kLineBytes) Node {
    Cell<Node*> next{nullptr};  // Successor; null until it has linked itself.
    Cell<bool> granted{false};  // Set by the predecessor to hand over the lock.
  };

  void acquire(Node& node) {
    // [A0] relaxed: the node is private until A1 publishes it (I3).
    node.next.store(nullptr, memory_order::relaxed);
    // [A1] acq_rel. Acquire, pairs with R2: if the lock was free, the last critical section
    //      happens before ours. Release, pairs with the successor's A1: A0 is ordered before its
    //      write to node.next in A3, so our null cannot overwrite the link.
    Node* const predecessor = tail_.exchange(&node, memory_order::acq_rel);
    M::doorway();
    if (predecessor == nullptr) return;  // I1: the lock was free and is now ours.

    // [A2] relaxed: nobody grants before A3 has linked us; A3 publishes it.
    node.granted.store(false, memory_order::relaxed);
    // [A3] release, pairs with R1/R3: the holder that finds us sees granted == false first,
    //      so its grant in R4 cannot be lost.
    predecessor->next.store(&node, memory_order::release);
    // [A4] acquire, pairs with R4: the predecessor's critical section happens before ours.
    node.granted.await([](bool granted) { return granted; }, memory_order::acquire);
  }

  bool try_acquire(Node& node) {
    // [T0] relaxed, as A0.
    node.next.store(nullptr, memory_order::relaxed);
    Node* expected = nullptr;
    // [T1] As A1 on success. relaxed on failure: nothing is read through the value.
    return tail_.compare_exchange(expected, &node, memory_order::acq_rel, memory_order::relaxed);
  }

  void release(Node& node) {
    // [R1] acquire, pairs with A3: the successor's node is initialised before R4 writes it.
    Node* successor = node.next.load(memory_order::acquire);
    if (successor == nullptr) {
      if (leave_empty(node)) return;
      // [R3] As R1. Bounded by the successor's steps from A1 to A3.
      successor =
          node.next.await([](Node* next) { return next != nullptr; }, memory_order::acquire);
    }
    // [R4] Hand-over. release, pairs with A4. Last access: the successor may now free its node.
    successor->granted.store(true, memory_order::release);
  }

  // Releases and returns true, unless somebody queued already.
  bool release_if_alone(Node& node) {
    // [L1] relaxed: nothing is read through it; release() finds the successor again.
    return node.next.load(memory_order::relaxed) == nullptr && leave_empty(node);
  }

  bool is_held() const {
    // [H1] relaxed: a hint, old as soon as it is read.
    return tail_.load(memory_order::relaxed) != nullptr;
  }

 private:
  bool leave_empty(Node& node) {
    Node* expected = &node;
    // [R2] release, pairs with A1/T1: publishes our critical section to the next holder.
    //      relaxed on failure: we only learn that a successor exists, and R3 reads it.
    return tail_.compare_exchange(expected, nullptr, memory_order::release, memory_order::relaxed);
  }

  Cell<Node*> tail_{nullptr};  // One word; whoever places the lock pads it.
};

}  // namespace spinlab
