// The C functions of spinlab_dpcs.h and spinlab_processors.h: the same for every backend.
#include <atomic>

#include "interface/processors.hpp"
#include "interface/spinlab_backend.h"
#include "interface/spinlab_processors.h"
#include "interface/spinlab_verifier.h"

using spinlab::Processor;

namespace {

constinit Processor processors[SPINLAB_MAXIMUM_PROCESSORS]{};

// Null if there is no such number.
Processor* target_of(const KDPC& dpc) {
  if (dpc.Number > SPINLAB_MAXIMUM_PROCESSORS) return nullptr;
  if (dpc.Number > 0) return &processors[dpc.Number - 1];
  return Processor::own() != nullptr ? Processor::own() : &processors[0];
}

}  // namespace

VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext) {
  spinlab::initialize_dpc(*Dpc, DeferredRoutine, DeferredContext);
}

VOID KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance) {
  Dpc->Importance = static_cast<UCHAR>(Importance);
}

VOID KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number) {
  Dpc->Number = static_cast<USHORT>(Number + 1);
}

BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2) {
  Processor* const target = target_of(*Dpc);
  return target != nullptr && target->queue(Dpc, SystemArgument1, SystemArgument2) ? TRUE : FALSE;
}

BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc) {
  // relaxed: a hint, which remove() checks under the queue's lock.
  void* const queue = std::atomic_ref(Dpc->DpcData).load(std::memory_order::relaxed);
  return queue != nullptr && static_cast<Processor*>(queue)->remove(Dpc) ? TRUE : FALSE;
}

VOID KeFlushQueuedDpcs(VOID) {
  for (Processor& processor : processors) processor.flush();
}

ULONG SpinlabBecomeProcessor(VOID) {
  // The backend is chosen now, not in a DPC that interrupts the choice and waits for it for ever;
  // and what the end of a thread needs is there before a signal comes.
  SpinlabBackendName();
  spinlab::NativeChosen::thread_index();
  SpinlabEnterRoutine("");  // The verifier's, too.
  if (Processor::own() != nullptr) return static_cast<ULONG>(Processor::own() - processors);
  ULONG number = 0;
  while (number < SPINLAB_MAXIMUM_PROCESSORS && !processors[number].become_own()) ++number;
  return number;
}

VOID SpinlabLeaveProcessor(VOID) {
  if (Processor::own() != nullptr) Processor::own()->leave();
}

BOOLEAN SpinlabFireInterrupt(PKINTERRUPT Interrupt, ULONG Number) {
  return Number < SPINLAB_MAXIMUM_PROCESSORS && processors[Number].fire(Interrupt) ? TRUE : FALSE;
}
