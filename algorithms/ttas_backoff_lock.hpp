// TtasBackoffLock: test-and-test-and-set with bounded exponential backoff between looks.
//
// Source     Anderson, "The Performance of Spin Lock Alternatives for Shared-Memory
//            Multiprocessors", IEEE TPDS 1(1), 1990.
// Fairness   none, and less than TTAS: a thread that backs off long is bypassed by one that
//            releases and acquires again. Much of its throughput is such capture.
// Space      one word per lock, no waiting node.
// Traffic    as TTAS, but waiters look rarely: few of them read again after a release.
//
// Invariants  those of HeldFlag.
#pragma once

#include "algorithms/exponential_backoff.hpp"
#include "algorithms/held_flag.hpp"

namespace spinlab {

template <Machine M>
class TtasBackoffLock : public HeldFlag<M> {
 public:
  static constexpr LockInfo info{.title = "test-and-test-and-set, exponential backoff",
                                 .family = "test-and-set",
                                 .source = "Anderson, The Performance of Spin Lock Alternatives",
                                 .year = 1990,
                                 .fairness = Fairness::kNone,
                                 .bypass_bound = 0,
                                 .words = 1,
                                 .node = NodeKind::kNone};

  using typename HeldFlag<M>::Node;

  void acquire(Node&) {
    // [A1] acquire, pairs with R1: the last critical section happens before ours. The tests
    //      between exchanges are relaxed: they only say when to try again.
    this->held_.await_test_exchange(true, HeldFlag<M>::is_free, memory_order::acquire, Backoff{});
    M::doorway();
  }

 private:
  // From one pause to about 10 us of them on processors whose pause takes 40 cycles.
  using Backoff = ExponentialBackoff<M, 1, 1024>;
};

}  // namespace spinlab
