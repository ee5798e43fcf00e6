// TtasLock: test-and-test-and-set; waiting threads read until the lock looks free, then exchange again.
//
// Source     Rudolph and Segall, "Dynamic Decentralized Cache Schemes for MIMD Parallel
//            Processors", ISCA 1984.
// Fairness   none: whoever's exchange comes first.
// Space      one word per lock, no waiting node.
// Traffic    waiters share the line while it is held; each release makes all of them read again
//            and try, so a hand-over costs O(waiters) transfers.
//
// Invariants  those of HeldFlag.
#pragma once

#include "algorithms/held_flag.hpp"

namespace spinlab {

template <Machine M>
class TtasLock : public HeldFlag<M> {
 public:
  static constexpr LockInfo info{
      .title = "test-and-test-and-set",
      .family = "test-and-set",
      .source = "Rudolph and Segall, Dynamic Decentralized Cache Schemes",
      .year = 1984,
      .fairness = Fairness::kNone,
      .bypass_bound = 0,
      .words = 1,
      .node = NodeKind::kNone};

  using typename HeldFlag<M>::Node;

  void acquire(Node&) {
    // [A1] acquire, pairs with R1: the last critical section happens before ours. The tests
    //      between exchanges are relaxed: they only say when to try again.
    this->held_.await_test_exchange(true, HeldFlag<M>::is_free, memory_order::acquire,
                                    HeldFlag<M>::pace);
    M::doorway();
  }
};

}  // namespace spinlab
