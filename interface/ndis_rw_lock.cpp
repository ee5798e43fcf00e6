// The reader-writer locks of ndis.h: a ThreadRwLock each, whatever the backend.
#include <sys/mman.h>

#include "algorithms/thread_rw_lock.hpp"
#include "interface/irql.hpp"
#include "interface/ndis.h"
#include "machines/native/native.hpp"

// Fresh pages from the system, which are zero: a free lock. A page is not there before it is used,
// so a lock costs the lines of the threads that read, not those of kMaxThreads.
struct _NDIS_RW_LOCK_EX {
  spinlab::ThreadRwLock<spinlab::NativeChosen> lock;
};

namespace {

using M = spinlab::NativeChosen;

// LOCK_STATE_EX::LockState.
constexpr UCHAR kReading = 1;
constexpr UCHAR kWriting = 2;

void enter(PLOCK_STATE_EX state, UCHAR mode, UCHAR flags) {
  const bool raises = (flags & NDIS_RWL_AT_DISPATCH_LEVEL) == 0;
  state->OldIrql = raises ? spinlab::exchange_irql<M>(DISPATCH_LEVEL) : spinlab::current_irql<M>();
  state->LockState = mode;
  state->Flags = flags;
}

}  // namespace

PNDIS_RW_LOCK_EX NdisAllocateRWLock(NDIS_HANDLE) {
  void* const pages = mmap(nullptr, sizeof(NDIS_RW_LOCK_EX), PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? nullptr : static_cast<PNDIS_RW_LOCK_EX>(pages);
}

VOID NdisFreeRWLock(PNDIS_RW_LOCK_EX Lock) { munmap(Lock, sizeof *Lock); }

VOID NdisAcquireRWLockRead(PNDIS_RW_LOCK_EX Lock, PLOCK_STATE_EX LockState, UCHAR Flags) {
  enter(LockState, kReading, Flags);
  Lock->lock.acquire_shared();
}

VOID NdisAcquireRWLockWrite(PNDIS_RW_LOCK_EX Lock, PLOCK_STATE_EX LockState, UCHAR Flags) {
  enter(LockState, kWriting, Flags);
  Lock->lock.acquire_exclusive();
}

VOID NdisReleaseRWLock(PNDIS_RW_LOCK_EX Lock, PLOCK_STATE_EX LockState) {
  if (LockState->LockState == kWriting) {
    Lock->lock.release_exclusive();
  } else {
    Lock->lock.release_shared();
  }
  if ((LockState->Flags & NDIS_RWL_AT_DISPATCH_LEVEL) == 0)
    spinlab::set_irql<M>(LockState->OldIrql);
}
