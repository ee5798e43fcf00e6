// HeldFlag: the one-word state and the release that the test-and-set family shares; how a thread
// waits is the difference between its locks.
//
// Invariants
//   I1  held_ is true iff a thread holds the lock; all bits zero is free.
//   I2  Only the holder writes false.
#pragma once

#include "algorithms/lock.hpp"

namespace spinlab {

template <Machine M>
class HeldFlag {
 public:
  struct Node {};

  bool try_acquire(Node&) {
    // [T1] acquire, pairs with R1: the last critical section happens before ours; without it we
    //      could read what its holder had not yet written.
    return !held_.exchange(true, memory_order::acquire);
  }

  void release(Node&) {
    // [R1] release, pairs with A1 and T1: publishes our critical section to the next holder.
    held_.store(false, memory_order::release);
  }

  bool is_held() const {
    // [H1] relaxed: a hint, old as soon as it is read; nothing is read under it.
    return held_.load(memory_order::relaxed);
  }

 protected:
  static bool is_free(bool held) { return !held; }

  static std::uint32_t pace(bool) { return kUnitsBetweenLooks; }

  typename M::template Cell<bool> held_{false};
};

}  // namespace spinlab
