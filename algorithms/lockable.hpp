// Lockable: adaptor to the C++ standard's names, so that std::scoped_lock, std::unique_lock and
// std::lock work with every lock that can try.
//
//   spinlab::Lockable<spinlab::McsLock, spinlab::Native> mutex;
//   std::scoped_lock guard(mutex);
#pragma once

#include "algorithms/thread_nodes.hpp"

namespace spinlab {

template <template <class> class LockOver, Machine M>
class Lockable {
 public:
  Lockable() = default;
  Lockable(const Lockable&) = delete;
  Lockable& operator=(const Lockable&) = delete;

  void lock() { door_.acquire(); }
  void unlock() { door_.release(); }
  bool try_lock()
    requires TryLock<LockOver<M>>
  {
    return door_.try_acquire();
  }

 private:
  ThreadNodes<LockOver, M> door_;
};

}  // namespace spinlab
