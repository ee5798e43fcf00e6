// TasLock: test-and-set; every waiting thread exchanges until it took a false.
//
// Source     Folklore. Measured as the baseline in Anderson, "The Performance of Spin Lock
//            Alternatives for Shared-Memory Multiprocessors", IEEE TPDS 1(1), 1990.
// Fairness   none: whoever's exchange comes first.
// Space      one word per lock, no waiting node.
// Traffic    every try takes the line exclusively, from the holder and from each other; between
//            tries a waiter leaves it alone for a quarter of what its last one took.
//
// Invariants  those of HeldFlag.
#pragma once

#include "algorithms/held_flag.hpp"

namespace spinlab {

template <Machine M>
class TasLock : public HeldFlag<M> {
 public:
  static constexpr LockInfo info{.title = "test-and-set",
                                 .family = "test-and-set",
                                 .source = "Anderson, The Performance of Spin Lock Alternatives",
                                 .year = 1990,
                                 .fairness = Fairness::kNone,
                                 .bypass_bound = 0,
                                 .words = 1,
                                 .node = NodeKind::kNone};

  using typename HeldFlag<M>::Node;

  void acquire(Node&) {
    // [A1] acquire, pairs with R1: the last critical section happens before ours.
    this->held_.await_exchange(true, HeldFlag<M>::is_free, memory_order::acquire, quarter_of_cost);
    M::doorway();
  }

 private:
  // A share of what the try cost whoever had the line, at any distance of the processors. Not more:
  // with several waiters tries queue for the line, and the pace would be a backoff.
  static std::uint32_t quarter_of_cost(bool, std::uint32_t cost_units) {
    return (cost_units + 3) / 4;
  }
};

}  // namespace spinlab
