// ThreadNodes: adaptor that makes a lock usable without a handle: the waiting node, if the lock
// needs one, comes from the calling thread's pool.
//
// Same layout as the lock itself, so that a word can be used in place as a lock with this door.
// A lock with a plain door of its own (PlainDoorLock) is used through that one.
#pragma once

#include "algorithms/lock.hpp"
#include "algorithms/node_pool.hpp"

namespace spinlab {

template <template <class> class LockOver, Machine M>
class ThreadNodes {
 public:
  using Lock = LockOver<M>;

  void acquire() {
    if constexpr (PlainDoorLock<Lock>) {
      lock_.acquire_plain();
    } else if constexpr (kNeedsNode<Lock>) {
      lock_.acquire(Pool::take(&lock_));
    } else {
      Node node;
      lock_.acquire(node);
    }
  }

  bool try_acquire()
    requires TryLock<Lock>
  {
    if constexpr (PlainDoorLock<Lock>) {
      return lock_.try_acquire_plain();
    } else if constexpr (kNeedsNode<Lock>) {
      const bool taken = lock_.try_acquire(Pool::take(&lock_));
      if (!taken) Pool::give_back_after(&lock_, [](Node&) {});
      return taken;
    } else {
      Node node;
      return lock_.try_acquire(node);
    }
  }

  void release() {
    if constexpr (PlainDoorLock<Lock>) {
      lock_.release_plain();
    } else if constexpr (kNeedsNode<Lock>) {
      Pool::give_back_after(&lock_, [this](Node& node) { lock_.release(node); });
    } else {
      Node node;
      lock_.release(node);
    }
  }

  bool is_held() const { return lock_.is_held(); }

 private:
  using Node = typename Lock::Node;
  using Pool = NodePool<M, Node>;

  Lock lock_;
};

}  // namespace spinlab
