// What only looks at the calling thread.
#include "interface/irql.hpp"

#include "interface/wdm.h"
#include "machines/native/native.hpp"

namespace {
using M = spinlab::NativeChosen;
}

KIRQL KeGetCurrentIrql(VOID) { return spinlab::current_irql<M>(); }

// The thread's slot is as good a name as any.
PKTHREAD KeGetCurrentThread(VOID) {
  return reinterpret_cast<PKTHREAD>(&M::thread_slot<spinlab::IrqlSlot>());
}

BOOLEAN KeAreApcsDisabled(VOID) { return FALSE; }
