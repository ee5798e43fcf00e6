// The checks of an acquire.
#include <algorithm>

#include "interface/verifier/checks.hpp"
#include "interface/verifier/hold_time.hpp"
#include "interface/verifier/stop.hpp"
#include "machines/native/processor.h"

namespace spinlab::verifier {
namespace {

// What an acquire is judged by.
struct Attempt {
  ThreadRecord& thread;
  LockRecord& lock;
  const LockRecord* handle;
  Door door;
  KIRQL irql;
  KIRQL raises_to;

  const DoorFacts& facts() const { return facts_of(door); }
};

// NDIS reader-writer locks may be acquired again, but not written by a reader.
bool may_nest(const Hold& held, Door door) {
  const bool is_first_shared = facts_of(held.door).is_shared;
  return facts_of(door).use == Use::kNdisRwLock && facts_of(held.door).use == Use::kNdisRwLock &&
         (facts_of(door).is_shared || !is_first_shared);
}

Finding judge_owner(const Attempt& attempt) {
  const Hold* const held = attempt.thread.find(attempt.lock);
  if (held == nullptr || may_nest(*held, attempt.door)) return std::nullopt;
  return found(Misuse::kAlreadyOwned, attempt.facts().acquire,
               {.lock = &attempt.lock,
                .acquired = held->call,
                .parameters = {to_number(attempt.lock.lock)}});
}

Finding judge_level(const Attempt& attempt) {
  if (attempt.door == Door::kInterlocked) return std::nullopt;
  const Verdict verdict{.lock = &attempt.lock,
                        .parameters = {attempt.irql, to_number(attempt.lock.lock)}};
  if (!attempt.facts().raises && attempt.irql < DISPATCH_LEVEL)
    return found(Misuse::kAcquireTooLow, attempt.facts().level, verdict);
  // NDIS' functions for DISPATCH_LEVEL are for no other.
  const bool is_limited =
      attempt.facts().raises || attempt.facts().level == Rule::kIrqlSynchFunction;
  if (is_limited && attempt.irql > attempt.raises_to)
    return found(Misuse::kAcquireTooHigh, attempt.facts().level, verdict);
  return std::nullopt;
}

bool is_zero(const LockRecord& lock, Use use) {
  // acquire, pairs with is_usable(): who sees the word of a lock in use sees its state, too.
  if (use == Use::kExSpinLock)
    return __atomic_load_n(static_cast<const volatile LONG*>(lock.lock), __ATOMIC_ACQUIRE) == 0;
  return __atomic_load_n(static_cast<const volatile KSPIN_LOCK*>(lock.lock), __ATOMIC_ACQUIRE) == 0;
}

// Initialised; or zero, which is as good from now on, except for a lock that was freed and is used
// as the one that it was. The pages of a NDIS_RW_LOCK_EX come from its own function only.
bool is_usable(LockRecord& lock, Door door) {
  const LockState state = lock.state.load(std::memory_order::acquire);
  if (state == LockState::kInitialized) return true;
  const Use use = facts_of(door).use;
  const bool is_ndis = door == Door::kNdis || door == Door::kNdisDpr || use == Use::kNdisRwLock;
  if (state == LockState::kFreed && is_ndis) return false;
  if (use == Use::kNdisRwLock || !is_zero(lock, use))
    return lock.state.load(std::memory_order::acquire) == LockState::kInitialized;  // By now.
  lock.state.store(LockState::kInitialized, std::memory_order::release);
  // Before the lock's word can change: pairs with is_zero().
  std::atomic_thread_fence(std::memory_order::seq_cst);
  return true;
}

Finding judge_state(const Attempt& attempt) {
  if (is_usable(attempt.lock, attempt.door)) return std::nullopt;
  return found(Misuse::kNotInitialized, attempt.facts().acquire,
               {.lock = &attempt.lock, .parameters = {to_number(attempt.lock.lock)}});
}

Finding judge_use(const Attempt& attempt) {
  const Use use = attempt.facts().use;
  const Use so_far = attempt.lock.use.load(std::memory_order::relaxed);  // A fact once it is set.
  const bool is_other = use != Use::kNone && so_far != Use::kNone && so_far != use;
  const bool is_taken =
      attempt.handle != nullptr && attempt.handle->owner.load(std::memory_order::relaxed) != 0;
  if (!is_other && !is_taken) return std::nullopt;
  return found(Misuse::kAcquireMismatch, attempt.facts().acquire,
               {.lock = &attempt.lock,
                .acquired = is_taken ? attempt.handle->acquired.get() : attempt.lock.acquired.get(),
                .parameters = {to_number(attempt.lock.lock),
                               is_taken ? to_number(attempt.handle->lock) : 0}});
}

// The first cycle that waiting for the lock would close.
std::optional<OrderCycle> find_cycle(const Attempt& attempt) {
  ThreadRecord& thread = attempt.thread;
  if (thread.find(attempt.lock) != nullptr) return std::nullopt;  // It is in already.
  for (const Hold* held = thread.newest(); held != nullptr; held = held->older) {
    if (!thread.has_told(LockOrder::id_of(*held->lock), LockOrder::id_of(attempt.lock))) {
      const OrderStep step{held->lock, held->call, &attempt.lock, thread.call};
      if (auto cycle = LockOrder::shared().add(*held->lock, attempt.lock, step)) return cycle;
      thread.note_told(LockOrder::id_of(*held->lock), LockOrder::id_of(attempt.lock));
    }
    if (!held->is_tried) return std::nullopt;
  }
  return std::nullopt;
}

bool is_left_out(const Finding& finding) {
  return finding &&
         (finding->misuse == Misuse::kAlreadyOwned || finding->misuse == Misuse::kNotInitialized ||
          (finding->misuse == Misuse::kAcquireMismatch && finding->parameters[1] != 0));
}

}  // namespace

Acquiring::Acquiring(Door door, const volatile void* lock, KIRQL raises_to, const void* handle)
    : door_(door),
      lock_(&LockRecords::find(lock)),
      handle_(handle != nullptr ? &LockRecords::find(handle) : nullptr) {
  judge(raises_to);
}

Acquiring::Acquiring(Tries, Door door, const volatile void* lock, KIRQL raises_to)
    : door_(door), lock_(&LockRecords::find(lock)), handle_(nullptr), is_tried_(true) {
  judge(raises_to);
}

void Acquiring::judge(KIRQL raises_to) {
  Finding finding;
  std::optional<OrderCycle> cycle;
  ThreadRecord& thread = ThreadRecord::own();
  {
    std::optional<ThreadRecord::OwnWork> own_work;  // Under another lock it counts for no hold.
    if (thread.count() != 0) own_work.emplace();
    const Undisturbed inside;
    former_irql_ = inside.former();
    const Attempt attempt{thread, *lock_, handle_, door_, inside.former(), raises_to};
    finding = judge_owner(attempt);
    if (!finding) finding = judge_level(attempt);
    if (!finding) finding = judge_state(attempt);
    if (!finding) finding = judge_use(attempt);
    if (!finding && !is_tried_ && thread.count() != 0 && Rules::is_on(Rule::kDeadlockDetection)) {
      cycle = find_cycle(attempt);
      if (cycle)
        finding = found(Misuse::kLockOrder, Rule::kDeadlockDetection,
                        {.lock = lock_, .parameters = {to_number(lock_->lock)}, .cycle = &*cycle});
    }
    is_contended_ =
        lock_->owner.load(std::memory_order::relaxed) != 0 ||
        (!facts_of(door_).is_shared && lock_->readers.load(std::memory_order::relaxed) != 0);
    is_allowed_ = !is_left_out(finding);
  }
  if (finding) [[unlikely]]
    stop(*finding, thread.call);
}

void Acquiring::acquired() {
  const Undisturbed inside;
  ThreadRecord& thread = ThreadRecord::own();
  const DoorFacts& facts = facts_of(door_);
  Hold& hold = thread.add(*lock_);
  hold.call = thread.call;
  hold.handle = handle_;
  hold.life = lock_->lives.load(std::memory_order::relaxed);
  hold.door = door_;
  // A door that leaves the IRQL alone asks for no more than DISPATCH_LEVEL.
  thread.set_level(
      hold, facts.raises ? std::max<KIRQL>(inside.former(), DISPATCH_LEVEL) : DISPATCH_LEVEL);
  hold.old_irql = former_irql_;
  hold.restores_irql = facts.raises;
  hold.is_tried = is_tried_;

  // relaxed, to the end: I1 and I2 of LockRecord; the lock itself orders its holders.
  lock_->use.store(facts.use, std::memory_order::relaxed);
  lock_->acquired.set(thread.call);
  if (facts.is_shared) {
    lock_->readers.fetch_add(1, std::memory_order::relaxed);
  } else {
    lock_->owner.store(thread.serial(), std::memory_order::relaxed);
    lock_->hold = &hold;
  }
  if (handle_ != nullptr) {
    handle_->owner.store(thread.serial(), std::memory_order::relaxed);
    handle_->hold = &hold;
    handle_->acquired.set(thread.call);
  }
  lock_->count(facts.is_shared, is_contended_);
  const std::uint64_t now = spinlab_ticks();
  hold.switches = HoldTime::begin(now);
  hold.since = thread.held_clock(now);
}

// relaxed: a sum.
void Acquiring::passed() { lock_->passes.fetch_add(1, std::memory_order::relaxed); }

bool may_pass(const volatile void* lock) {
  Acquiring passing(Door::kInterlocked, lock, HIGH_LEVEL);
  if (passing.is_allowed()) passing.passed();
  return passing.is_allowed();
}

}  // namespace spinlab::verifier
