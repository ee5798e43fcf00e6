// Levels: the functions of wdm.h that change the calling thread's IRQL and nothing else, over any
// machine.
#pragma once

#include "interface/irql.hpp"

namespace spinlab {

template <Machine M>
struct Levels {
  static KIRQL raise(KIRQL level) {
    const KIRQL former = current_irql<M>();
    set_irql<M>(level);  // It may lower.
    return former;
  }
  static KIRQL raise_to_dpc() { return exchange_irql<M>(DISPATCH_LEVEL); }
  static KIRQL raise_to_synch() { return exchange_irql<M>(SYNCH_LEVEL); }
  static void lower(KIRQL level) { set_irql<M>(level); }
};

}  // namespace spinlab
