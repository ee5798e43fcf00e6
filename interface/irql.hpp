// The IRQL: a number of the calling thread, PASSIVE_LEVEL when the thread starts.
//
// It lies in the machine's thread storage: natively one thread_local byte, the same for every
// backend and waiting policy of the program; elsewhere one per thread of that machine.
// Assigned, never compared, as the unchecked kernel does. An acquire that raises costs one load,
// one store and an untaken branch; lowering is one store, one load and a branch that is taken when
// a DPC or an interrupt waits for it (processors.hpp). Thread safety: touches only the caller's
// own.
#pragma once

#include <atomic>

#include "interface/spinlab_types.h"
#include "machines/machine.hpp"

namespace spinlab {

struct IrqlSlot {
  // volatile, atomic: a signal of the thread's own looks at them.
  volatile KIRQL level = PASSIVE_LEVEL;
  // Below this level something that waits may run. PASSIVE_LEVEL: nothing waits.
  std::atomic<KIRQL> pending = PASSIVE_LEVEL;
  void (*run_pending)() = nullptr;

  // Called after the level was set to `now`, if that may have lowered it.
  void run_what_may_run_at(KIRQL now) {
    // relaxed: the thread's own.
    if (pending.load(std::memory_order::relaxed) > now) [[unlikely]]
      run_pending();
  }
};

// What the thread does on one side of a change of its IRQL stays there, as its signals see it.
inline void keep_order_for_signals() { std::atomic_signal_fence(std::memory_order::seq_cst); }

template <Machine M>
KIRQL current_irql() {
  return M::template thread_slot<IrqlSlot>().level;
}

template <Machine M>
void set_irql(KIRQL level) {
  IrqlSlot& slot = M::template thread_slot<IrqlSlot>();
  keep_order_for_signals();  // The lock was released before.
  slot.level = level;
  slot.run_what_may_run_at(level);
}

// Sets the IRQL, and returns the former one. It mostly raises; where it lowers, what waited for
// that runs before it returns.
template <Machine M>
KIRQL exchange_irql(KIRQL level) {
  IrqlSlot& slot = M::template thread_slot<IrqlSlot>();
  const KIRQL former = slot.level;
  slot.level = level;
  keep_order_for_signals();  // The lock is taken after.
  if (former > level) [[unlikely]]
    slot.run_what_may_run_at(level);
  return former;
}

template <Machine M, class Acquire>
[[gnu::noinline, gnu::cold]] KIRQL acquire_from_above(KIRQL level, Acquire acquire) {
  const KIRQL former = exchange_irql<M>(level);
  acquire(former);
  return former;
}

// The same, and then acquire(former). Where it lowers is a function of its own, called last: an
// acquire that raises saves no registers for it.
template <Machine M, class Acquire>
KIRQL acquire_at_irql(KIRQL level, Acquire acquire) {
  IrqlSlot& slot = M::template thread_slot<IrqlSlot>();
  const KIRQL former = slot.level;
  if (former > level) [[unlikely]]
    return acquire_from_above<M>(level, acquire);
  slot.level = level;
  keep_order_for_signals();  // The lock is taken after.
  acquire(former);
  return former;
}

// Raises to DISPATCH_LEVEL from below it, and leaves what is above. Returns the former IRQL.
template <Machine M>
KIRQL raise_irql_for_dpc() {
  const KIRQL former = current_irql<M>();
  return former < DISPATCH_LEVEL ? exchange_irql<M>(DISPATCH_LEVEL) : former;
}

// Keeps the DPCs and interrupts of the calling thread out while it lives.
template <Machine M>
class AtHighLevel {
 public:
  AtHighLevel() : former_(exchange_irql<M>(HIGH_LEVEL)) {}
  AtHighLevel(const AtHighLevel&) = delete;
  AtHighLevel& operator=(const AtHighLevel&) = delete;
  ~AtHighLevel() { set_irql<M>(former_); }

  KIRQL former() const { return former_; }

 private:
  KIRQL former_;
};

}  // namespace spinlab
