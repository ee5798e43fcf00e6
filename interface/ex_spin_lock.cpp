// The EX_SPIN_LOCK functions of wdm.h: the word is a WordRwLock, whatever the backend.
#include "algorithms/word_rw_lock.hpp"
#include "interface/irql.hpp"
#include "interface/wdm.h"
#include "machines/native/native.hpp"

namespace {

using M = spinlab::NativeChosen;
using Lock = spinlab::WordRwLock<M>;
static_assert(sizeof(Lock) == sizeof(EX_SPIN_LOCK) && alignof(Lock) <= alignof(EX_SPIN_LOCK));

Lock& lock(PEX_SPIN_LOCK word) { return *reinterpret_cast<Lock*>(word); }

}  // namespace

VOID ExAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock) { lock(SpinLock).acquire_shared(); }

VOID ExReleaseSpinLockSharedFromDpcLevel(PEX_SPIN_LOCK SpinLock) {
  lock(SpinLock).release_shared();
}

VOID ExAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock) {
  lock(SpinLock).acquire_exclusive();
}

VOID ExReleaseSpinLockExclusiveFromDpcLevel(PEX_SPIN_LOCK SpinLock) {
  lock(SpinLock).release_exclusive();
}

KIRQL ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock) {
  const KIRQL former = spinlab::exchange_irql<M>(DISPATCH_LEVEL);
  lock(SpinLock).acquire_shared();
  return former;
}

VOID ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql) {
  lock(SpinLock).release_shared();
  spinlab::set_irql<M>(OldIrql);
}

KIRQL ExAcquireSpinLockExclusive(PEX_SPIN_LOCK SpinLock) {
  const KIRQL former = spinlab::exchange_irql<M>(DISPATCH_LEVEL);
  lock(SpinLock).acquire_exclusive();
  return former;
}

VOID ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql) {
  lock(SpinLock).release_exclusive();
  spinlab::set_irql<M>(OldIrql);
}

LOGICAL ExTryConvertSharedSpinLockExclusive(PEX_SPIN_LOCK SpinLock) {
  return lock(SpinLock).try_convert() ? TRUE : FALSE;
}
