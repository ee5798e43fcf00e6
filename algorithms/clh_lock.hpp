// ClhLock: FIFO queue lock in which every waiter spins on its predecessor's element.
//
// Source     Craig, "Building FIFO and Priority-Queuing Spin Locks from Atomic Swap", University of
//            Washington TR 93-02-02, 1993; independently Magnusson, Landin and Hagersten, "Queue
//            Locks on Cache Coherent Multiprocessors", IPPS 1994.
// Fairness   FIFO in the order of the exchange on tail_ (the doorway).
// Space      one word per lock, one element (one line) per used lock and per node. Elements migrate:
//            a node ends an acquisition with its predecessor's, so they outlive nodes and threads.
// Traffic    uncontended pair: 1 RMW and 2 stores. Contended hand-over: O(1) line transfers.
//
// Classic CLH starts with an element in the lock. Here the tail of a new lock is null, so that all
// bits zero is free; the first acquisition has no predecessor to wait for, and none to take over.
//
// Invariants
//   I1  tail_ names the last queued element, null if there never was one. The lock is free iff
//       tail_ is null or that element is not locked.
//   I2  An element belongs to one node, or to the lock if tail_ names it and it is not locked. Its
//       owner alone writes it; one successor at most waits for it, and owns it next.
//   I3  is_held() looks at an element that it does not own: no node that used the lock may end
//       meanwhile.
#pragma once

#include "algorithms/lock.hpp"

namespace spinlab {

template <Machine M>
class ClhLock {
  template <class T>
  using Cell = typename M::template Cell<T>;

  struct alignas(M::kLineBytes) Element {
    Cell<bool> locked{false};  // Its acquisition waits or holds.
  };

 public:
  static constexpr LockInfo info{
      .title = "CLH queue",
      .family = "queue",
      .source = "Craig, Building FIFO and Priority-Queuing Spin Locks from Atomic Swap",
      .year = 1993,
      .fairness = Fairness::kFifo,
      .bypass_bound = 0,
      .words = 1,
      .node = NodeKind::kCaller};

  static constexpr bool kOwnsObjects = true;  // The element that the tail names.

  // Not for others to look into: the elements are the queue.
  class Node {
   public:
    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node() {
      if (own_ != nullptr) M::destroy(*own_);
    }

   private:
    friend class ClhLock;
    Element* own_ = nullptr;          // Null: to be made when it is needed.
    Element* predecessor_ = nullptr;  // While the lock is held: what to take over.
  };

  ClhLock() = default;
  ClhLock(const ClhLock&) = delete;
  ClhLock& operator=(const ClhLock&) = delete;
  ~ClhLock() {
    // [D1] relaxed: the lock is free, and whoever destroys it has synchronised with its users.
    Element* const last = tail_.load(memory_order::relaxed);
    if (last != nullptr) M::destroy(*last);
  }

  void acquire(Node& node) {
    if (node.own_ == nullptr) [[unlikely]]
      node.own_ = &M::template make<Element>();
    // [A1] relaxed: the element is ours alone until A2 publishes it (I2).
    node.own_->locked.store(true, memory_order::relaxed);
    // [A2] acq_rel, both halves pair with the other half of the neighbours' A2. Release: A1 comes
    //      first; without it the successor could still see the unlocked state of the element's
    //      former use, and enter with us. Acquire: we see our predecessor's A1, for the same reason.
    node.predecessor_ = tail_.exchange(node.own_, memory_order::acq_rel);
    M::doorway();
    if (node.predecessor_ == nullptr) return;  // Nobody ever held the lock (I1).
    // [A3] acquire, pairs with R1: the predecessor's critical section happens before ours.
    node.predecessor_->locked.await([](bool locked) { return !locked; }, memory_order::acquire);
  }

  void release(Node& node) {
    Element* const released = node.own_;
    node.own_ = node.predecessor_;
    // [R1] release, pairs with A3: publishes our critical section. Last access: the element is the
    //      successor's now, or the lock's.
    released->locked.store(false, memory_order::release);
  }

  bool is_held() const {
    // [H1] acquire, pairs with A2: the element is initialised before H2 looks at it.
    const Element* const last = tail_.load(memory_order::acquire);
    // [H2] relaxed: a hint, old as soon as it is read.
    return last != nullptr && last->locked.load(memory_order::relaxed);
  }

 private:
  Cell<Element*> tail_{nullptr};  // One word; whoever places the lock pads it.
};

}  // namespace spinlab
