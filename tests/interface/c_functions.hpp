// What tests of the C functions need to know of the backend and of other threads.
#pragma once

#include <wdm.h>

#include <string_view>
#include <thread>

#include "algorithms/all_locks.hpp"
#include "interface/spinlab_backend.h"
#include "interface/spinlab_guards.hpp"
#include "machines/native/native.hpp"

namespace spinlab {

// On a thread of its own: a new thread starts at PASSIVE_LEVEL, and what a test leaves behind ends
// with it.
template <class Body>
void on_fresh_thread(Body body) {
  std::thread(body).join();
}

// Some locks cannot be taken without waiting.
inline bool backend_can_try() {
  const std::string_view backend = SpinlabBackendName();
#define SPINLAB_LOCK(stem, Type) \
  if (backend == #stem) return TryLock<Type<Native>>;
#include "algorithms/locks.def"
#undef SPINLAB_LOCK
  return false;
}

// Whether another thread could take the lock right now, through the plain door.
inline bool others_can_take(KSPIN_LOCK& lock) {
  bool taken = false;
  on_fresh_thread([&] {
    if (!backend_can_try() && KeTestSpinLock(&lock) == FALSE) return;
    const ke::irql_guard at_dispatch(DISPATCH_LEVEL);
    if (!backend_can_try()) {
      KeAcquireSpinLockAtDpcLevel(&lock);
      taken = true;
    } else {
      taken = KeTryToAcquireSpinLockAtDpcLevel(&lock) != FALSE;
    }
    if (taken) KeReleaseSpinLockFromDpcLevel(&lock);
  });
  return taken;
}

// The same for a lock that is used through the queued door, which has no try.
inline bool others_can_queue_for(KSPIN_LOCK& lock) {
  if (KeTestSpinLock(&lock) == FALSE) return false;
  on_fresh_thread([&] { const ke::queued_spin_lock_guard inside(lock); });
  return true;
}

}  // namespace spinlab
