#include "interface/verifier/thread_record.hpp"

#include <algorithm>
#include <atomic>

#include "interface/verifier/checks.hpp"
#include "machines/native/blocks.hpp"

namespace spinlab::verifier {

struct ThreadRecord::EndsWithThread {
  ~EndsWithThread() { own().end(); }
};

void ThreadRecord::begin() {
  static constinit std::atomic<std::uint64_t> last{0};
  // relaxed: only that it is new counts.
  serial_ = last.fetch_add(1, std::memory_order::relaxed) + 1;
  for (Hold& hold : inline_) {
    hold.older = free_;
    free_ = &hold;
  }
  static thread_local const EndsWithThread ends;
  static_cast<void>(&ends);
}

void ThreadRecord::end() {
  check_end(call.function != nullptr ? call : Call{"the thread's end", nullptr}, 0, PASSIVE_LEVEL);
}

Hold& ThreadRecord::add(LockRecord& lock) {
  if (free_ == nullptr) [[unlikely]]
    free_ = &Blocks<Hold>::make();
  Hold& hold = *free_;
  free_ = hold.older;
  hold = Hold{.lock = &lock, .older = newest_};
  if (newest_ != nullptr) newest_->newer = &hold;
  newest_ = &hold;
  ++count_;
  ++holds_at(hold.level);
  return hold;
}

void ThreadRecord::remove(Hold& hold) {
  (hold.newer != nullptr ? hold.newer->older : newest_) = hold.older;
  if (hold.older != nullptr) hold.older->newer = hold.newer;
  --count_;
  --holds_at(hold.level);
  hold.older = free_;
  free_ = &hold;
}

void ThreadRecord::drop(const LockRecord& lock) {
  for (Hold* hold = newest_; hold != nullptr;) {
    Hold& gone = *hold;
    hold = hold->older;
    if (gone.lock != &lock) continue;
    if (gone.handle != nullptr) gone.handle->owner.store(0, std::memory_order::relaxed);
    remove(gone);
  }
}

void ThreadRecord::drop_dead(const LockRecord& lock) {
  const std::uint32_t life = lock.lives.load(std::memory_order::relaxed);
  for (const Hold* hold = newest_; hold != nullptr; hold = hold->older)
    if (hold->lock == &lock && hold->life != life) return drop(lock);
}

Hold* ThreadRecord::find(const LockRecord& lock) const {
  // relaxed: I1 of LockRecord.
  if (lock.owner.load(std::memory_order::relaxed) == serial_) return lock.hold;
  if (lock.readers.load(std::memory_order::relaxed) == 0) return nullptr;
  for (Hold* hold = newest_; hold != nullptr; hold = hold->older)
    if (hold->lock == &lock) return hold;
  return nullptr;
}

KIRQL ThreadRecord::needed_without(const Hold* hold) const {
  if (count_ <= (hold != nullptr ? 1U : 0U)) return PASSIVE_LEVEL;
  for (KIRQL level = HIGH_LEVEL; level > PASSIVE_LEVEL; --level) {
    const bool is_own = hold != nullptr && std::min<KIRQL>(hold->level, HIGH_LEVEL) == level;
    if (holds_at_[level] > (is_own ? 1U : 0U)) return level;
  }
  return PASSIVE_LEVEL;
}

// Nothing keeps a caller from levels above the highest: they count as that one.
std::uint32_t& ThreadRecord::holds_at(KIRQL level) {
  return holds_at_[std::min<KIRQL>(level, HIGH_LEVEL)];
}

void ThreadRecord::set_level(Hold& hold, KIRQL level) {
  --holds_at(hold.level);
  hold.level = level;
  ++holds_at(level);
}

std::uint64_t ThreadRecord::key_of(std::uint32_t from, std::uint32_t to) {
  return std::uint64_t{from} << 32 | to;
}

bool ThreadRecord::has_told(std::uint32_t from, std::uint32_t to) const {
  return from != 0 && told_[(from * 31 + to) % kTold] == key_of(from, to);
}

void ThreadRecord::note_told(std::uint32_t from, std::uint32_t to) {
  told_[(from * 31 + to) % kTold] = key_of(from, to);
}

}  // namespace spinlab::verifier
