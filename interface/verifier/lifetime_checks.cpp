// The checks of what begins and ends: locks, levels, routines and threads.
#include <string_view>

#include "interface/verifier/checks.hpp"
#include "interface/verifier/hold_time.hpp"
#include "interface/verifier/stop.hpp"
#include "machines/native/blocks.hpp"

namespace spinlab::verifier {
namespace {

void stop_if(const Finding& finding) {
  if (finding) stop(*finding, ThreadRecord::own().call);
}

// The lock's life ends: whoever holds it, holds it no more. The misuse that this is if somebody
// does.
Finding end_life(ThreadRecord& thread, LockRecord& lock, Misuse misuse) {
  const std::uint64_t owner = lock.owner.load(std::memory_order::relaxed);
  const bool is_in_use = owner != 0 || lock.readers.load(std::memory_order::relaxed) != 0;
  Finding finding;
  if (is_in_use)
    finding = found(misuse, Rule::kDeadlockDetection,
                    {.lock = &lock,
                     .acquired = lock.acquired.get(),
                     .parameters = {to_number(lock.lock), owner, thread.serial()}});
  thread.drop(lock);
  lock.owner.store(0, std::memory_order::relaxed);
  lock.readers.store(0, std::memory_order::relaxed);
  lock.lives.fetch_add(1, std::memory_order::relaxed);
  lock.use.store(Use::kNone, std::memory_order::relaxed);
  LockOrder::shared().forget(lock);
  return finding;
}

void change_life(const volatile void* lock, LockState state, Misuse misuse) {
  LockRecord& record = LockRecords::find(lock);
  ThreadRecord& thread = ThreadRecord::own();
  Finding finding;
  {
    const Undisturbed inside;
    finding = end_life(thread, record, misuse);
    // A freed lock keeps its name to the end; one that was given before the first initialisation is
    // this lock's.
    const bool is_first = record.state.load(std::memory_order::relaxed) == LockState::kUnknown;
    if (!is_first && state != LockState::kFreed)
      record.name.store(nullptr, std::memory_order::relaxed);
    record.state.store(state, std::memory_order::release);
  }
  stop_if(finding);
}

struct alignas(void*) LockName {  // Of Blocks.
  char text[48]{};
};

// Of those that were acquired last, the newest; locks that are gone do not count.
const Hold* newest_held(const ThreadRecord& thread, std::size_t locks) {
  std::size_t left = thread.count();
  for (const Hold* hold = thread.newest(); left > locks; hold = hold->older, --left)
    if (hold->life == hold->lock->lives.load(std::memory_order::relaxed)) return hold;
  return nullptr;
}

}  // namespace

void initializing(const volatile void* lock) {
  change_life(lock, LockState::kInitialized, Misuse::kInitializedInUse);
}

void freeing(const volatile void* lock) {
  change_life(lock, LockState::kFreed, Misuse::kFreedWhileOwned);
}

void forget(const volatile void* lock) {
  change_life(lock, LockState::kUnknown, Misuse::kFreedWhileOwned);
}

void name(const volatile void* lock, const char* text) {
  LockName& copy = Blocks<LockName>::make();  // A report may look at the former one for ever.
  std::string_view(text).copy(copy.text, sizeof copy.text - 1);
  LockRecords::find(lock).name.store(copy.text, std::memory_order::relaxed);
}

void raising_irql(KIRQL level) {
  const KIRQL irql = current_irql<Host>();
  if (level < irql)
    stop_if(found(Misuse::kRaiseLowers, Rule::kIrqlChange, {.parameters = {irql, level}}));
}

void lowering_irql(KIRQL level) {
  const KIRQL irql = current_irql<Host>();
  if (level > irql)
    return stop_if(found(Misuse::kLowerRaises, Rule::kIrqlChange, {.parameters = {irql, level}}));
  const ThreadRecord& thread = ThreadRecord::own();
  const KIRQL needed = thread.needed_without(nullptr);
  if (level >= needed) return;
  const Hold& held = *thread.newest();
  stop_if(found(Misuse::kLowersUnderLock, Rule::kDeadlockDetection,
                {.lock = held.lock,
                 .acquired = held.call,
                 .parameters = {to_number(held.lock->lock), level, needed}}));
}

void check_end(const Call& what, std::size_t locks, KIRQL irql) {
  Finding finding;
  {
    const Undisturbed inside;
    const std::uintptr_t levels = std::uintptr_t{inside.former()} << 16 | std::uintptr_t{irql} << 8;
    if (const Hold* const held = newest_held(ThreadRecord::own(), locks)) {
      finding = found(Misuse::kHeldAtEnd, facts_of(held->door).end,
                      {.lock = held->lock,
                       .acquired = held->call,
                       .parameters = {levels, to_number(held->lock->lock)}});
    } else if (inside.former() != irql) {
      finding = found(Misuse::kHeldAtEnd, Rule::kIrqlAtEnd, {.parameters = {levels}});
    }
  }
  if (finding) stop(*finding, what);
}

void set_hold_limit(ULONG microseconds) { HoldTime::set_limit_us(microseconds); }

}  // namespace spinlab::verifier
