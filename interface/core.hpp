// Core: everything of the interface that a lock stands behind, over one lock and machine. The
// members that functions.def names.
#pragma once

#include "interface/interlocked.hpp"
#include "interface/interrupts.hpp"
#include "interface/ndis.hpp"
#include "interface/numbered_locks.hpp"

namespace spinlab {

template <template <class> class LockOver, Machine M>
struct Core {
  using Ke = spinlab::Ke<LockOver, M>;
  using NumberedLocks = spinlab::NumberedLocks<LockOver, M>;
  using Interlocked = spinlab::Interlocked<LockOver, M>;
  using Interrupts = spinlab::Interrupts<LockOver, M>;
  using Ndis = spinlab::Ndis<LockOver, M>;
};

}  // namespace spinlab
