// The checks of a release.
#include <utility>

#include "interface/verifier/checks.hpp"
#include "interface/verifier/hold_time.hpp"
#include "interface/verifier/stop.hpp"
#include "machines/native/processor.h"

namespace spinlab::verifier {
namespace {

// What a release is judged by.
struct Attempt {
  ThreadRecord& thread;
  LockRecord& lock;
  Hold* hold;
  Door door;
  KIRQL irql;
  std::optional<KIRQL> new_irql;

  const DoorFacts& facts() const { return facts_of(door); }
};

// A release without an acquisition of this thread's: which code depends on the lock.
Finding judge_owner(const Attempt& attempt) {
  const LockRecord& lock = attempt.lock;
  const std::uint64_t owner = lock.owner.load(std::memory_order::relaxed);
  const bool is_owned = owner != 0 || lock.readers.load(std::memory_order::relaxed) != 0;
  const bool is_freed = lock.state.load(std::memory_order::relaxed) == LockState::kFreed;
  const Verdict verdict{.lock = &lock,
                        .acquired = is_owned ? lock.acquired.get() : Call{},
                        .parameters = {to_number(lock.lock), owner, attempt.thread.serial()}};
  if (!Rules::is_on(Rule::kDeadlockDetection))
    return found(Misuse::kNotOwned, attempt.facts().release, verdict);
  const Misuse misuse = is_owned   ? Misuse::kReleasedByOther
                        : is_freed ? Misuse::kFreedWhileOwned
                                   : Misuse::kReleasedFree;
  return found(misuse, attempt.facts().release, verdict);
}

// Hand-over-hand: the lock that raised the IRQL is released first, through the door that leaves the
// IRQL alone. A lock that is still held has to restore it then.
bool hands_down_irql(const Attempt& attempt) {
  if (attempt.hold->door != Door::kPlain || attempt.door != Door::kAtDpc) return false;
  for (Hold* other = attempt.thread.newest(); other != nullptr; other = other->older) {
    if (other == attempt.hold || other->door != Door::kAtDpc) continue;
    other->door = Door::kPlain;
    other->restores_irql = true;
    other->old_irql = attempt.hold->old_irql;
    attempt.thread.set_level(*other, attempt.irql);
    return true;
  }
  return false;
}

// The same through the door that sets the IRQL: both locks are released to the other's old IRQL.
bool swaps_old_irql(const Attempt& attempt) {
  for (Hold* other = attempt.thread.newest(); other != nullptr; other = other->older) {
    if (other == attempt.hold || !other->restores_irql || other->old_irql != *attempt.new_irql)
      continue;
    std::swap(other->old_irql, attempt.hold->old_irql);
    return true;
  }
  return false;
}

Verdict about(const Attempt& attempt, ULONG_PTR second, ULONG_PTR third = 0) {
  return {.lock = &attempt.lock,
          .acquired = attempt.hold->call,
          .parameters = {to_number(attempt.lock.lock), second, third}};
}

// Windows puts the IRQL first where it is what is wrong.
Verdict about_irql(const Attempt& attempt) {
  Verdict verdict = about(attempt, 0);
  verdict.parameters = {attempt.irql, to_number(attempt.lock.lock), attempt.hold->level};
  return verdict;
}

Finding judge_level(const Attempt& attempt) {
  if (!attempt.facts().raises) {
    if (attempt.irql >= DISPATCH_LEVEL) return std::nullopt;
    return found(Misuse::kReleaseTooLow, attempt.facts().level, about_irql(attempt));
  }
  const bool is_judged = attempt.hold->restores_irql && attempt.irql != attempt.hold->level;
  // Hand-over-hand may come to a higher level on the way.
  const bool keeps_level = attempt.new_irql == attempt.irql && attempt.thread.count() > 1;
  if (!is_judged || keeps_level) return std::nullopt;
  return found(Misuse::kReleaseAtOtherLevel, Rule::kIrqlKeReleaseSpinLock, about_irql(attempt));
}

// Its newest other acquisition that needs that level.
const Hold* other_needing(const Attempt& attempt, KIRQL level) {
  const Hold* other = attempt.thread.newest();
  while (other == attempt.hold || other->level != level) other = other->older;
  return other;
}

Finding judge_new_irql(const Attempt& attempt) {
  if (!attempt.new_irql) return std::nullopt;
  const KIRQL needed = attempt.thread.needed_without(attempt.hold);
  if (*attempt.new_irql < needed) {
    Verdict verdict = about(attempt, *attempt.new_irql, needed);
    verdict.still_held = other_needing(attempt, needed);
    return found(Misuse::kLowersUnderLock, Rule::kDeadlockDetection, verdict);
  }
  if (!attempt.hold->restores_irql || *attempt.new_irql == attempt.hold->old_irql ||
      swaps_old_irql(attempt))
    return std::nullopt;
  return found(Misuse::kWrongOldIrql, Rule::kIrqlKeReleaseSpinLock,
               about(attempt, *attempt.new_irql, attempt.hold->old_irql));
}

Finding judge(const Attempt& attempt) {
  if (attempt.hold == nullptr) return judge_owner(attempt);
  if (attempt.hold->lock != &attempt.lock)  // Its handle is another lock's.
    return found(Misuse::kReleaseMismatch, attempt.facts().release, about(attempt, attempt.irql));
  if (!lets_out(attempt.hold->door, attempt.door) && !hands_down_irql(attempt)) {
    auto mismatch =
        found(Misuse::kReleaseMismatch, attempt.facts().release, about(attempt, attempt.irql));
    if (mismatch) return mismatch;
  }
  auto level = judge_level(attempt);
  return level ? level : judge_new_irql(attempt);
}

// Another acquisition of the lock by this thread, if it nests.
Hold* other_hold(const ThreadRecord& thread, const Hold& hold) {
  for (Hold* other = thread.newest(); other != nullptr; other = other->older)
    if (other != &hold && other->lock == hold.lock && !facts_of(other->door).is_shared)
      return other;
  return nullptr;
}

// The thread does not hold the lock any more; said before it lets go, since then others may own it.
void let_go(ThreadRecord& thread, Hold& hold) {
  LockRecord& lock = *hold.lock;
  if (hold.handle != nullptr) hold.handle->owner.store(0, std::memory_order::relaxed);
  if (hold.life != lock.lives.load(std::memory_order::relaxed)) return thread.remove(hold);
  if (facts_of(hold.door).is_shared) {
    lock.readers.fetch_sub(1, std::memory_order::relaxed);
  } else {
    Hold* const outer =
        facts_of(hold.door).use == Use::kNdisRwLock ? other_hold(thread, hold) : nullptr;
    lock.hold = outer;
    if (outer == nullptr) lock.owner.store(0, std::memory_order::relaxed);
  }
  thread.remove(hold);
}

void note_longest(LockRecord& lock, std::uint64_t ticks, const Call& acquired) {
  // relaxed: of two readers at once, one may be lost.
  if (ticks <= lock.longest_ticks.load(std::memory_order::relaxed)) return;
  lock.longest_ticks.store(ticks, std::memory_order::relaxed);
  lock.longest.set(acquired);
}

Hold* hold_of(const ThreadRecord& thread, const LockRecord& lock, const LockRecord* handle) {
  if (handle == nullptr) return thread.find(lock);
  return handle->owner.load(std::memory_order::relaxed) == thread.serial() ? handle->hold : nullptr;
}

}  // namespace

Releasing::Releasing(Door door, const volatile void* lock, std::optional<KIRQL> new_irql,
                     const void* handle)
    : lock_(&LockRecords::find(lock)) {
  const LockRecord* const handle_record = handle != nullptr ? &LockRecords::find(handle) : nullptr;
  ThreadRecord& thread = ThreadRecord::own();
  const std::uint64_t now = thread.held_clock(spinlab_ticks());
  Finding finding;
  Hold* hold = nullptr;
  {
    const Undisturbed inside;
    hold = hold_of(thread, *lock_, handle_record);
    if (hold == nullptr || hold->life != hold->lock->lives.load(std::memory_order::relaxed)) {
      thread.drop_dead(*lock_);
      hold = hold_of(thread, *lock_, handle_record);
    }
    finding = judge({thread, *lock_, hold, door, inside.former(), new_irql});
    is_allowed_ = hold != nullptr && hold->lock == lock_;
    if (is_allowed_ && !finding) end(thread, *hold, now);
  }
  if (!finding) [[likely]]
    return;
  stop(*finding, thread.call);  // A handler that leaves by an exception leaves the lock held.
  const Undisturbed inside;
  if (is_allowed_) end(thread, *hold, now);
}

void Releasing::end(ThreadRecord& thread, Hold& hold, std::uint64_t now) {
  lock_ = hold.lock;
  acquired_ = hold.call;
  is_shared_ = facts_of(hold.door).is_shared;
  // An interrupt between the two readings of the clock may set it back a little.
  held_ticks_ = now > hold.since ? now - hold.since : 0;
  note_longest(*lock_, held_ticks_, acquired_);
  was_too_long_ =
      Rules::is_on(Rule::kHoldTime) && HoldTime::is_too_long(held_ticks_, hold.switches, acquired_);
  let_go(thread, hold);
}

void Releasing::released() {
  if (!was_too_long_) [[likely]]
    return;
  const Verdict verdict{.misuse = Misuse::kHeldTooLong,
                        .rule = Rule::kHoldTime,
                        .lock = lock_,
                        .acquired = acquired_,
                        .parameters = {0, HoldTime::ns_from_ticks(held_ticks_) / 1000}};
  stop(verdict, ThreadRecord::own().call);
}

bool may_convert(const volatile void* lock) {
  LockRecord& record = LockRecords::find(lock);
  ThreadRecord& thread = ThreadRecord::own();
  Finding finding;
  Hold* hold = nullptr;
  {
    const Undisturbed inside;
    hold = thread.find(record);
    const Attempt attempt{thread, record, hold, Door::kShared, inside.former(), std::nullopt};
    if (hold == nullptr) {
      finding = judge_owner(attempt);
    } else if (!facts_of(hold->door).is_shared) {
      finding = found(Misuse::kAcquireMismatch, Rule::kReaderWriterLock, about(attempt, 0));
    }
  }
  if (finding) stop(*finding, thread.call);
  return hold != nullptr && facts_of(hold->door).is_shared;
}

void converted(const volatile void* lock) {
  const Undisturbed inside;
  LockRecord& record = LockRecords::find(lock);
  ThreadRecord& thread = ThreadRecord::own();
  Hold& hold = *thread.find(record);
  hold.door = hold.restores_irql ? Door::kExclusive : Door::kExclusiveAtDpc;
  record.hold = &hold;
  record.owner.store(thread.serial(), std::memory_order::relaxed);
  record.readers.fetch_sub(1, std::memory_order::relaxed);
}

}  // namespace spinlab::verifier
