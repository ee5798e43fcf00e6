// HemlockLock: FIFO queue lock without nodes; each thread has one grant word for all its locks.
//
// Source     Dice and Kogan, "Hemlock: Compact and Scalable Mutual Exclusion", SPAA 2021; the plain
//            form, without its reduction of coherence traffic.
// Fairness   FIFO in the order of the exchange on tail_ (the doorway).
// Space      one word per lock, one grant word (one line) per thread, however many locks it holds.
// Traffic    uncontended pair: 2 RMWs on tail_. Contended hand-over: O(1) line transfers while a
//            thread holds one lock; the successors of several share its grant word's line. A
//            release with a successor waits until that one has taken the grant.
//
// Invariants
//   I1  tail_ is null iff the lock is free; otherwise it names the grant word of the last queued
//       thread.
//   I2  A grant word holds the address of a lock that its thread hands over, from R2 until that
//       lock's next holder took it by A3; null at any other time. Two locks that one thread holds
//       can have the same predecessor's word, so it must say which of them is granted.
//   I3  Others touch a thread's grant word only while it is in a queue or in release(): the word may
//       end with its thread.
#pragma once

#include "algorithms/lock.hpp"

namespace spinlab {

template <Machine M>
class HemlockLock {
  template <class T>
  using Cell = typename M::template Cell<T>;

  struct alignas(M::kLineBytes) Grant {
    Cell<const void*> lock{nullptr};  // Written by its thread (R2), cleared by a successor (A3).
  };

 public:
  static constexpr LockInfo info{
      .title = "Hemlock",
      .family = "queue",
      .source = "Dice and Kogan, Hemlock: Compact and Scalable Mutual Exclusion",
      .year = 2021,
      .fairness = Fairness::kFifo,
      .bypass_bound = 0,
      .words = 1,
      .node = NodeKind::kThread};

  static constexpr bool kOneRelease = true;  // A second R2 would overwrite the first (I2).

  struct Node {};

  void acquire(Node&) {
    // [A1] acq_rel. Acquire, pairs with R1: if the lock was free, the last critical section happens
    //      before ours. Both halves pair with the neighbours' A1/T1: a predecessor queues after its
    //      R3 saw the grant taken, so A2 cannot find the grant of its former turn.
    Grant* const predecessor = tail_.exchange(&own_grant(), memory_order::acq_rel);
    M::doorway();
    if (predecessor == nullptr) return;  // I1: the lock was free and is now ours.

    const void* const self = this;
    // [A2] acquire, pairs with R2: the predecessor's critical section happens before ours.
    predecessor->lock.await([self](const void* granted) { return granted == self; },
                            memory_order::acquire);
    // [A3] Takes the grant. release, pairs with R3: our last access to the word happens before the
    //      predecessor leaves, perhaps for good (I3). No value depends on that order, but the
    //      word's storage does.
    predecessor->lock.store(nullptr, memory_order::release);
  }

  bool try_acquire(Node&) {
    Grant* expected = nullptr;
    // [T1] acquire, pairs with R1, as A1. Not release: the null that it takes was written by an R1,
    //      whose release sequence it continues, and that came after our former grant was taken.
    //      relaxed on failure: nothing is read through the value.
    return tail_.compare_exchange(expected, &own_grant(), memory_order::acquire,
                                  memory_order::relaxed);
  }

  void release(Node&) {
    Grant& own = own_grant();
    Grant* expected = &own;
    // [R1] release, pairs with A1/T1: publishes our critical section to the next holder. relaxed on
    //      failure: we only learn that there is a successor, and R2 publishes to it.
    if (tail_.compare_exchange(expected, nullptr, memory_order::release, memory_order::relaxed))
      return;
    // [R2] Hand-over. release, pairs with A2.
    own.lock.store(this, memory_order::release);
    // [R3] acquire, pairs with A3. Without this wait, our next hand-over could overwrite a grant
    //      that nobody has seen. Bounded by the successor's steps from A2 to A3.
    own.lock.await([](const void* granted) { return granted == nullptr; }, memory_order::acquire);
  }

  bool is_held() const {
    // [H1] relaxed: a hint, old as soon as it is read.
    return tail_.load(memory_order::relaxed) != nullptr;
  }

 private:
  static Grant& own_grant() { return M::template thread_slot<Grant>(); }

  Cell<Grant*> tail_{nullptr};  // One word; whoever places the lock pads it.
};

}  // namespace spinlab
