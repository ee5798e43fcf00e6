// The functions of wdm.h that no lock stands behind.
#include "interface/irql.hpp"

#include "machines/native/native.hpp"

namespace {
using M = spinlab::NativeChosen;
}

KIRQL KeGetCurrentIrql(VOID) { return spinlab::current_irql<M>(); }

KIRQL KfRaiseIrql(KIRQL NewIrql) { return spinlab::exchange_irql<M>(NewIrql); }

KIRQL KeRaiseIrqlToDpcLevel(VOID) { return spinlab::exchange_irql<M>(DISPATCH_LEVEL); }

VOID KeLowerIrql(KIRQL NewIrql) { spinlab::set_irql<M>(NewIrql); }
