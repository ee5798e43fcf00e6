// SpinParkLock: hybrid; waiters spin for a while, then sleep until a release wakes one of them.
//
// Source     Drepper, "Futexes Are Tricky", 2004, mutex 3, with a spinning phase in front as in
//            Karlin, Li, Manasse and Owicki, "Empirical Studies of Competitive Spinning for a
//            Shared-Memory Multiprocessor", SOSP 1991.
// Fairness   none: a thread that arrives may take the lock before the one that was woken.
// Space      one word per lock, no waiting node; sleepers queue in the system.
// Traffic    as TTAS while waiters spin, but they look the more rarely the longer a look takes; a
//            release with sleepers costs a system call.
//
// Invariants
//   I1  state_ is kFree iff no thread holds the lock; all bits zero is free.
//   I2  If a thread sleeps, or is about to, state_ is kParked or a wake is on its way: a thread
//       parks only after writing kParked, and takes the lock as kParked afterwards, since others
//       may sleep still.
#pragma once

#include "algorithms/lock.hpp"
#include "algorithms/look_cost_pace.hpp"

namespace spinlab {

template <Machine M>
class SpinParkLock {
 public:
  static constexpr LockInfo info{.title = "spin, then park",
                                 .family = "hybrid",
                                 .source = "Drepper, Futexes Are Tricky",
                                 .year = 2004,
                                 .fairness = Fairness::kNone,
                                 .bypass_bound = 0,
                                 .words = 1,
                                 .node = NodeKind::kNone};

  struct Node {};

  void acquire(Node& node) {
    if (!try_acquire(node) && !spin()) park();
    M::doorway();
  }

  bool try_acquire(Node&) {
    std::uint32_t expected = kFree;
    // [T1] acquire, pairs with R1: the last critical section happens before ours. relaxed on
    //      failure: nothing is read under it.
    return state_.compare_exchange(expected, kHeld, memory_order::acquire, memory_order::relaxed);
  }

  void release(Node&) {
    // [R1] release, pairs with T1 and P1: publishes our critical section to the next holder. An
    //      exchange, because a waiter's kParked between a load and a store would be lost (I2).
    if (state_.exchange(kFree, memory_order::release) == kParked) M::wake(state_, 1);
  }

  bool is_held() const {
    // [H1] relaxed: a hint, old as soon as it is read.
    return state_.load(memory_order::relaxed) != kFree;
  }

 private:
  static constexpr std::uint32_t kFree = 0;
  static constexpr std::uint32_t kHeld = 1;    // Set by T1.
  static constexpr std::uint32_t kParked = 2;  // Held, and a thread may sleep. Set by P1.

  // A park and its wake cost some 5 us of system calls on either side; spinning for about as long
  // costs at most twice what the better choice would have (Karlin et al.). Where nobody enters or
  // leaves, a look takes a unit, and all of them relax for 480: 5 to 13 us on processors whose pause
  // takes 11 to 27 ns. Where others do, looks take longer, and disturb them: they come more rarely,
  // for as many times longer as a look costs units, and the bound of Karlin et al. grows with it; but
  // one of them will find the lock free. Measured in docs/performance.md.
  static constexpr std::uint32_t kTries = 4;
  static constexpr std::uint32_t kLooksPerTry = 4;
  using Pace = LookCostPace<8, 64>;

  // Returns whether the lock was taken.
  bool spin() {
    Node node;
    for (std::uint32_t tries = 0; tries < M::tries(kTries); ++tries) {
      // [S1] relaxed: a hint to try; T1 carries the order.
      state_.await_for([](std::uint32_t state) { return state == kFree; }, memory_order::relaxed,
                       kLooksPerTry, Pace{});
      if (try_acquire(node)) return true;
    }
    return false;
  }

  void park() {
    // [P1] acquire, pairs with R1, when it takes a kFree. It leaves kParked behind, also when it
    //      took the lock, so that the release wakes whoever sleeps still (I2).
    while (state_.exchange(kParked, memory_order::acquire) != kFree) M::park(state_, kParked);
  }

  typename M::template Cell<std::uint32_t> state_{kFree};
};

}  // namespace spinlab
