// The IRQL: a number of the calling thread, PASSIVE_LEVEL when the thread starts.
//
// It lies in the machine's thread storage: natively one thread_local byte, the same for every
// backend and waiting policy of the program; elsewhere one per thread of that machine.
// Assigned, never compared, as the unchecked kernel does. Raising is one load and one store,
// lowering one store. Thread safety: touches only the caller's own.
#pragma once

#include "interface/wdm.h"
#include "machines/machine.hpp"

namespace spinlab {

struct IrqlSlot {
  KIRQL level = PASSIVE_LEVEL;
};

template <Machine M>
KIRQL current_irql() {
  return M::template thread_slot<IrqlSlot>().level;
}

template <Machine M>
void set_irql(KIRQL level) {
  M::template thread_slot<IrqlSlot>().level = level;
}

// Returns the former IRQL.
template <Machine M>
KIRQL exchange_irql(KIRQL level) {
  KIRQL& current = M::template thread_slot<IrqlSlot>().level;
  const KIRQL former = current;
  current = level;
  return former;
}

}  // namespace spinlab
