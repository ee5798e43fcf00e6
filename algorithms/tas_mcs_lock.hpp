// TasMcsLock: hybrid; a test-and-set word in front, an MCS queue for those who must wait.
//
// Source     The composition of Dice and Kogan, "Fissile Locks", NETYS 2020, without its bound on
//            bypassing.
// Fairness   none: arrivals may take the word before the head of the queue; FIFO within the queue.
// Space      two words per lock, one waiting node per waiting thread, free again once it entered.
// Traffic    uncontended: one RMW and a store. Contended: the word's line is shared only by the
//            holder, the head of the queue, and arrivals.
//
// Invariants
//   I1  held_ is true iff a thread holds the lock; only the holder writes false.
//   I2  Only the holder of queue_, its head, waits on held_.
//
// The queue guards no data, so its hand-over (A4, R2, R4 of McsLock) could be relaxed here: held_
// carries the synchronisation. McsLock keeps the orders that it needs as a lock of its own.
#pragma once

#include "algorithms/mcs_lock.hpp"

namespace spinlab {

template <Machine M>
class TasMcsLock {
 public:
  static constexpr LockInfo info{.title = "test-and-set over an MCS queue",
                                 .family = "hybrid",
                                 .source = "Dice and Kogan, Fissile Locks",
                                 .year = 2020,
                                 .fairness = Fairness::kNone,
                                 .bypass_bound = 0,
                                 .words = 2,
                                 .node = NodeKind::kCaller};

  using Node = typename McsLock<M>::Node;

  void acquire(Node& node) {
    if (try_acquire(node)) {
      M::doorway();
    } else {
      queue_.acquire(node);
      // [A1] acquire, pairs with R1: the last critical section happens before ours. Only the
      //      head of the queue is here (I2).
      held_.await_test_exchange(true, is_free, memory_order::acquire, pace);
      M::doorway();
      queue_.release(node);
    }
  }

  bool try_acquire(Node&) {
    // [T1] relaxed: a test that spares the line where the exchange would fail.
    if (held_.load(memory_order::relaxed)) return false;
    // [T2] acquire, pairs with R1, as A1.
    return !held_.exchange(true, memory_order::acquire);
  }

  void release(Node&) {
    // [R1] release, pairs with A1 and T2: publishes our critical section to the next holder.
    held_.store(false, memory_order::release);
  }

  bool is_held() const {
    // [H1] relaxed: a hint, old as soon as it is read.
    return held_.load(memory_order::relaxed);
  }

 private:
  static bool is_free(bool held) { return !held; }
  static std::uint32_t pace(bool) { return kUnitsBetweenLooks; }

  typename M::template Cell<bool> held_{false};
  McsLock<M> queue_;
};

}  // namespace spinlab
