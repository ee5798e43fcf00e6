// Core: everything of the interface that locks and the IRQL stand behind, over one lock and
// machine. The members that functions.def names. Levels and the reader-writer locks are the same
// for every lock.
#pragma once

#include "interface/ex_spin_locks.hpp"
#include "interface/interlocked.hpp"
#include "interface/interrupts.hpp"
#include "interface/levels.hpp"
#include "interface/ndis.hpp"
#include "interface/ndis_rw_locks.hpp"
#include "interface/numbered_locks.hpp"

namespace spinlab {

template <template <class> class LockOver, Machine M>
struct Core {
  using Levels = spinlab::Levels<M>;
  using Ke = spinlab::Ke<LockOver, M>;
  using NumberedLocks = spinlab::NumberedLocks<LockOver, M>;
  using ExSpinLocks = spinlab::ExSpinLocks<M>;
  using Interlocked = spinlab::Interlocked<LockOver, M>;
  using Interrupts = spinlab::Interrupts<LockOver, M>;
  using Ndis = spinlab::Ndis<LockOver, M>;
  using NdisRwLocks = spinlab::NdisRwLocks<M>;
};

}  // namespace spinlab
