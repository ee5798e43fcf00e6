// The verified functions of levels, reader-writer locks, interlocked lists and interrupts.
#include "interface/interrupts.hpp"
#include "interface/ndis_rw_locks.hpp"
#include "interface/processors.hpp"
#include "interface/verifier/through.hpp"
#include "interface/verifier/verified_core.hpp"

namespace spinlab::verifier {
namespace {

// The caller's routine, which ends as it began.
template <class Routine>
auto call_marked(const char* what, Routine routine) {
  const std::size_t locks = ThreadRecord::own().count();
  const KIRQL irql = current_irql<Host>();
  const auto result = routine();
  check_end({what, ThreadRecord::own().call.address}, locks, irql);
  return result;
}

// Behind the routine's first byte: what a call returns to is looked up by the byte before.
template <class Routine>
const void* begin_of(Routine* routine) {
  return reinterpret_cast<const char*>(routine) + 1;
}

// Whether the thread has the interrupt's lock already. Then an acquire is left out, and so its
// release.
bool holds(const KINTERRUPT& object) {
  return ThreadRecord::own().find(LockRecords::find(object.lock)) != nullptr;
}

// The service routine's way to its lock. Its processor delivers at HIGH_LEVEL, and so goes down.
void deliver(KINTERRUPT* object) {
  const Calling calling("the interrupt's delivery", begin_of(object->routine));
  const bool is_held = holds(*object);
  const KIRQL old_irql =
      acquire_through(Acquiring(Door::kInterrupt, object->lock, HIGH_LEVEL),
                      [=] { return unchecked().KeAcquireInterruptSpinLock(object); });
  if (is_held) return;  // A misuse, which was reported: it would wait for its own thread.
  call_marked("the service routine's end",
              [=] { return object->routine(object, object->context); });
  VerifiedCore::Interrupts::release(object, old_irql);
}

void call_deferred_routine(KDPC* dpc, const KDPC& call) {
  const Calling calling("the DPC", begin_of(call.DeferredRoutine));
  call_marked("the DPC's end", [&] {
    call.DeferredRoutine(dpc, call.DeferredContext, call.SystemArgument1, call.SystemArgument2);
    return true;
  });
}

// As it was acquired: the other mode's release would break the lock.
void release_ex(Door door, EX_SPIN_LOCK* lock, std::optional<KIRQL> old_irql) {
  Releasing releasing(door, lock, old_irql);
  if (!releasing.is_allowed()) return;
  const FunctionTable& functions = unchecked();
  if (old_irql) {
    (releasing.is_shared() ? functions.ExReleaseSpinLockShared
                           : functions.ExReleaseSpinLockExclusive)(lock, *old_irql);
  } else {
    (releasing.is_shared() ? functions.ExReleaseSpinLockSharedFromDpcLevel
                           : functions.ExReleaseSpinLockExclusiveFromDpcLevel)(lock);
  }
  releasing.released();
}

using RwLocks = NdisRwLocks<Host>;

Door door_of(bool is_writing, UCHAR flags) {
  if (RwLocks::raises(flags)) return is_writing ? Door::kWrite : Door::kRead;
  return is_writing ? Door::kWriteAtDispatch : Door::kReadAtDispatch;
}

}  // namespace

void watch_dpcs() { Processor::call_routine = call_deferred_routine; }

KIRQL VerifiedCore::Levels::raise(KIRQL level) {
  raising_irql(level);
  return unchecked().KfRaiseIrql(level);
}

KIRQL VerifiedCore::Levels::raise_to_dpc() {
  raising_irql(DISPATCH_LEVEL);
  return unchecked().KeRaiseIrqlToDpcLevel();
}

KIRQL VerifiedCore::Levels::raise_to_synch() {
  raising_irql(SYNCH_LEVEL);
  return unchecked().KeRaiseIrqlToSynchLevel();
}

void VerifiedCore::Levels::lower(KIRQL level) {
  lowering_irql(level);
  unchecked().KeLowerIrql(level);
}

KIRQL VerifiedCore::ExSpinLocks::acquire_shared(EX_SPIN_LOCK* lock) {
  return acquire_through(Acquiring(Door::kShared, lock, DISPATCH_LEVEL),
                         [=] { return unchecked().ExAcquireSpinLockShared(lock); });
}

KIRQL VerifiedCore::ExSpinLocks::acquire_exclusive(EX_SPIN_LOCK* lock) {
  return acquire_through(Acquiring(Door::kExclusive, lock, DISPATCH_LEVEL),
                         [=] { return unchecked().ExAcquireSpinLockExclusive(lock); });
}

void VerifiedCore::ExSpinLocks::acquire_shared_at_dpc(EX_SPIN_LOCK* lock) {
  acquire_through(Acquiring(Door::kSharedAtDpc, lock, DISPATCH_LEVEL),
                  [=] { unchecked().ExAcquireSpinLockSharedAtDpcLevel(lock); });
}

void VerifiedCore::ExSpinLocks::acquire_exclusive_at_dpc(EX_SPIN_LOCK* lock) {
  acquire_through(Acquiring(Door::kExclusiveAtDpc, lock, DISPATCH_LEVEL),
                  [=] { unchecked().ExAcquireSpinLockExclusiveAtDpcLevel(lock); });
}

void VerifiedCore::ExSpinLocks::release_shared(EX_SPIN_LOCK* lock, KIRQL old_irql) {
  release_ex(Door::kShared, lock, old_irql);
}

void VerifiedCore::ExSpinLocks::release_exclusive(EX_SPIN_LOCK* lock, KIRQL old_irql) {
  release_ex(Door::kExclusive, lock, old_irql);
}

void VerifiedCore::ExSpinLocks::release_shared_from_dpc(EX_SPIN_LOCK* lock) {
  release_ex(Door::kSharedAtDpc, lock, std::nullopt);
}

void VerifiedCore::ExSpinLocks::release_exclusive_from_dpc(EX_SPIN_LOCK* lock) {
  release_ex(Door::kExclusiveAtDpc, lock, std::nullopt);
}

LOGICAL VerifiedCore::ExSpinLocks::try_convert(EX_SPIN_LOCK* lock) {
  if (!may_convert(lock)) return FALSE;
  const LOGICAL is_writer = unchecked().ExTryConvertSharedSpinLockExclusive(lock);
  if (is_writer != FALSE) converted(lock);
  return is_writer;
}

LIST_ENTRY* VerifiedCore::Interlocked::insert_head(LIST_ENTRY* head, LIST_ENTRY* entry,
                                                   KSPIN_LOCK* lock) {
  return may_pass(lock) ? unchecked().ExInterlockedInsertHeadList(head, entry, lock) : nullptr;
}

LIST_ENTRY* VerifiedCore::Interlocked::insert_tail(LIST_ENTRY* head, LIST_ENTRY* entry,
                                                   KSPIN_LOCK* lock) {
  return may_pass(lock) ? unchecked().ExInterlockedInsertTailList(head, entry, lock) : nullptr;
}

LIST_ENTRY* VerifiedCore::Interlocked::remove_head(LIST_ENTRY* head, KSPIN_LOCK* lock) {
  return may_pass(lock) ? unchecked().ExInterlockedRemoveHeadList(head, lock) : nullptr;
}

SINGLE_LIST_ENTRY* VerifiedCore::Interlocked::push(SINGLE_LIST_ENTRY* head,
                                                   SINGLE_LIST_ENTRY* entry, KSPIN_LOCK* lock) {
  return may_pass(lock) ? unchecked().ExInterlockedPushEntryList(head, entry, lock) : nullptr;
}

SINGLE_LIST_ENTRY* VerifiedCore::Interlocked::pop(SINGLE_LIST_ENTRY* head, KSPIN_LOCK* lock) {
  return may_pass(lock) ? unchecked().ExInterlockedPopEntryList(head, lock) : nullptr;
}

ULONG VerifiedCore::Interlocked::add(ULONG* addend, ULONG increment, KSPIN_LOCK* lock) {
  return may_pass(lock) ? unchecked().ExInterlockedAddUlong(addend, increment, lock) : *addend;
}

LARGE_INTEGER VerifiedCore::Interlocked::add_large(LARGE_INTEGER* addend, LARGE_INTEGER increment,
                                                   KSPIN_LOCK* lock) {
  return may_pass(lock) ? unchecked().ExInterlockedAddLargeInteger(addend, increment, lock)
                        : *addend;
}

NTSTATUS VerifiedCore::Interrupts::connect(KINTERRUPT** object, PKSERVICE_ROUTINE routine,
                                           PVOID context, KSPIN_LOCK* lock, ULONG vector,
                                           KIRQL irql, KIRQL synchronize_irql, KINTERRUPT_MODE mode,
                                           BOOLEAN shared, KAFFINITY processors,
                                           BOOLEAN saves_floating) {
  const NTSTATUS status =
      unchecked().IoConnectInterrupt(object, routine, context, lock, vector, irql, synchronize_irql,
                                     mode, shared, processors, saves_floating);
  if (status == STATUS_SUCCESS) (*object)->deliver = deliver;
  return status;
}

void VerifiedCore::Interrupts::disconnect(KINTERRUPT* object) {
  withdraw(object);  // First: a service routine that still runs may hold the lock.
  if (object->lock == &object->own_lock) freeing(object->lock);
  unchecked().IoDisconnectInterrupt(object);
}

KIRQL VerifiedCore::Interrupts::acquire(KINTERRUPT* object) {
  return acquire_through(Acquiring(Door::kInterrupt, object->lock, object->synchronize_irql),
                         [=] { return unchecked().KeAcquireInterruptSpinLock(object); });
}

void VerifiedCore::Interrupts::release(KINTERRUPT* object, KIRQL old_irql) {
  release_through(Releasing(Door::kInterrupt, object->lock, old_irql),
                  [=] { unchecked().KeReleaseInterruptSpinLock(object, old_irql); });
}

BOOLEAN VerifiedCore::Interrupts::synchronize(KINTERRUPT* object, PKSYNCHRONIZE_ROUTINE routine,
                                              PVOID context) {
  const bool is_held = holds(*object);
  const KIRQL old_irql = acquire(object);
  const BOOLEAN result =
      call_marked("the synchronized routine's end", [=] { return routine(context); });
  if (!is_held) release(object, old_irql);
  return result;
}

BOOLEAN VerifiedCore::Ndis::synchronize_with_interrupt(
    NDIS_HANDLE interrupt, ULONG, MINIPORT_SYNCHRONIZE_INTERRUPT_HANDLER function, PVOID context) {
  return Interrupts::synchronize(static_cast<KINTERRUPT*>(interrupt), function, context);
}

NDIS_RW_LOCK_EX* VerifiedCore::NdisRwLocks::allocate(NDIS_HANDLE handle) {
  NDIS_RW_LOCK_EX* const lock = unchecked().NdisAllocateRWLock(handle);
  if (lock != nullptr) initializing(lock);
  return lock;
}

void VerifiedCore::NdisRwLocks::free(NDIS_RW_LOCK_EX* lock) {
  freeing(lock);
  unchecked().NdisFreeRWLock(lock);
}

void VerifiedCore::NdisRwLocks::acquire_read(NDIS_RW_LOCK_EX* lock, LOCK_STATE_EX* state,
                                             UCHAR flags) {
  acquire_through(Acquiring(door_of(false, flags), lock, DISPATCH_LEVEL, state),
                  [=] { unchecked().NdisAcquireRWLockRead(lock, state, flags); });
}

void VerifiedCore::NdisRwLocks::acquire_write(NDIS_RW_LOCK_EX* lock, LOCK_STATE_EX* state,
                                              UCHAR flags) {
  acquire_through(Acquiring(door_of(true, flags), lock, DISPATCH_LEVEL, state),
                  [=] { unchecked().NdisAcquireRWLockWrite(lock, state, flags); });
}

// The state says how the lock was acquired: there is no other release to mistake it for.
void VerifiedCore::NdisRwLocks::release(NDIS_RW_LOCK_EX* lock, LOCK_STATE_EX* state) {
  const bool raises = RwLocks::raises(state->Flags);
  const auto new_irql = raises ? std::optional(state->OldIrql) : std::nullopt;
  const Door door = door_of(state->LockState == RwLocks::kWriting, state->Flags);
  release_through(Releasing(door, lock, new_irql, state),
                  [=] { unchecked().NdisReleaseRWLock(lock, state); });
}

}  // namespace spinlab::verifier
