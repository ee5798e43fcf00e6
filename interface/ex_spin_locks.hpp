// ExSpinLocks: the EX_SPIN_LOCK functions over any machine: the word is a WordRwLock, whatever the
// backend.
//
// Semantics, thread safety and errors as said at the functions of wdm.h.
#pragma once

#include "algorithms/word_rw_lock.hpp"
#include "interface/irql.hpp"

namespace spinlab {

template <Machine M>
class ExSpinLocks {
 public:
  static void acquire_shared_at_dpc(EX_SPIN_LOCK* word) { lock(word).acquire_shared(); }
  static void release_shared_from_dpc(EX_SPIN_LOCK* word) { lock(word).release_shared(); }
  static void acquire_exclusive_at_dpc(EX_SPIN_LOCK* word) { lock(word).acquire_exclusive(); }
  static void release_exclusive_from_dpc(EX_SPIN_LOCK* word) { lock(word).release_exclusive(); }

  static KIRQL acquire_shared(EX_SPIN_LOCK* word) {
    return acquire_at_irql<M>(DISPATCH_LEVEL, [word](KIRQL) { lock(word).acquire_shared(); });
  }
  static void release_shared(EX_SPIN_LOCK* word, KIRQL old_irql) {
    lock(word).release_shared();
    set_irql<M>(old_irql);
  }

  static KIRQL acquire_exclusive(EX_SPIN_LOCK* word) {
    return acquire_at_irql<M>(DISPATCH_LEVEL, [word](KIRQL) { lock(word).acquire_exclusive(); });
  }
  static void release_exclusive(EX_SPIN_LOCK* word, KIRQL old_irql) {
    lock(word).release_exclusive();
    set_irql<M>(old_irql);
  }

  static bool try_convert(EX_SPIN_LOCK* word) { return lock(word).try_convert(); }

 private:
  using Lock = WordRwLock<M>;

  static Lock& lock(EX_SPIN_LOCK* word) {
    static_assert(sizeof(Lock) == sizeof(EX_SPIN_LOCK) && alignof(Lock) <= alignof(EX_SPIN_LOCK));
    return *reinterpret_cast<Lock*>(word);
  }
};

}  // namespace spinlab
