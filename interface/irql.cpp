// The functions of the IRQL and of the thread, which no lock stands behind.
#include "interface/irql.hpp"

#include "interface/wdm.h"
#include "machines/native/native.hpp"

namespace {
using M = spinlab::NativeChosen;
}

KIRQL KeGetCurrentIrql(VOID) { return spinlab::current_irql<M>(); }

KIRQL KfRaiseIrql(KIRQL NewIrql) {
  const KIRQL former = spinlab::current_irql<M>();
  spinlab::set_irql<M>(NewIrql);  // It may lower.
  return former;
}

KIRQL KeRaiseIrqlToDpcLevel(VOID) { return spinlab::exchange_irql<M>(DISPATCH_LEVEL); }

KIRQL KeRaiseIrqlToSynchLevel(VOID) { return spinlab::exchange_irql<M>(SYNCH_LEVEL); }

VOID KeLowerIrql(KIRQL NewIrql) { spinlab::set_irql<M>(NewIrql); }

// The thread's slot is as good a name as any.
PKTHREAD KeGetCurrentThread(VOID) {
  return reinterpret_cast<PKTHREAD>(&M::thread_slot<spinlab::IrqlSlot>());
}

BOOLEAN KeAreApcsDisabled(VOID) { return FALSE; }
