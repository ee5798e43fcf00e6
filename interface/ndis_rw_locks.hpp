// NdisRwLocks: the reader-writer locks of ndis.h: a ThreadRwLock each, whatever the backend.
//
// Semantics, thread safety and errors as said at the functions of ndis.h.
#pragma once

#include <sys/mman.h>

#include "algorithms/thread_rw_lock.hpp"
#include "interface/irql.hpp"
#include "interface/ndis.h"

namespace spinlab {

template <Machine M>
class NdisRwLocks {
 public:
  // LOCK_STATE_EX::LockState.
  static constexpr UCHAR kReading = 1;
  static constexpr UCHAR kWriting = 2;

  // Fresh pages from the system, which are zero: a free lock. A page is not there before it is
  // used, so a lock costs the lines of the threads that read, not those of kMaxThreads.
  static NDIS_RW_LOCK_EX* allocate(NDIS_HANDLE) {
    void* const pages =
        mmap(nullptr, sizeof(Lock), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? nullptr : static_cast<NDIS_RW_LOCK_EX*>(pages);
  }
  static void free(NDIS_RW_LOCK_EX* object) { munmap(object, sizeof(Lock)); }

  static void acquire_read(NDIS_RW_LOCK_EX* object, LOCK_STATE_EX* state, UCHAR flags) {
    enter(state, kReading, flags);
    lock(object).acquire_shared();
  }
  static void acquire_write(NDIS_RW_LOCK_EX* object, LOCK_STATE_EX* state, UCHAR flags) {
    enter(state, kWriting, flags);
    lock(object).acquire_exclusive();
  }

  static void release(NDIS_RW_LOCK_EX* object, LOCK_STATE_EX* state) {
    if (state->LockState == kWriting) {
      lock(object).release_exclusive();
    } else {
      lock(object).release_shared();
    }
    if (raises(state->Flags)) set_irql<M>(state->OldIrql);
  }

  static bool raises(UCHAR flags) { return (flags & NDIS_RWL_AT_DISPATCH_LEVEL) == 0; }

 private:
  using Lock = ThreadRwLock<M>;

  static Lock& lock(NDIS_RW_LOCK_EX* object) { return *reinterpret_cast<Lock*>(object); }

  static void enter(LOCK_STATE_EX* state, UCHAR mode, UCHAR flags) {
    state->OldIrql = raises(flags) ? exchange_irql<M>(DISPATCH_LEVEL) : current_irql<M>();
    state->LockState = mode;
    state->Flags = flags;
  }
};

}  // namespace spinlab
