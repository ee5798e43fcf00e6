// ThreadRecord: what the verifier knows of the calling thread: the locks that it holds, and the
// call that it is in.
//
// Thread safety: touches only the caller's own, at HIGH_LEVEL: DPCs of the thread look at it, too.
#pragma once

#include <array>
#include <cstdint>

#include "interface/spinlab_types.h"
#include "interface/verifier/lock_records.hpp"
#include "machines/native/processor.h"

namespace spinlab::verifier {

// One acquisition.
struct Hold {
  LockRecord* lock = nullptr;
  Hold* older = nullptr;
  Hold* newer = nullptr;
  Call call{};
  LockRecord* handle = nullptr;  // Of the handle or state that came with it, if any.
  std::uint64_t since = 0;       // Of ThreadRecord::held_clock().
  std::uint32_t life = 0;        // Of the lock: another one has its storage if they differ.
  Door door = Door::kPlain;
  KIRQL level = 0;             // That the acquire raised to, or found.
  KIRQL old_irql = 0;          // For the release to restore.
  bool restores_irql = false;  // Whether it has to.
  bool is_tried = false;       // Without waiting: it follows no other lock.
  long switches = 0;           // Of the thread, by HoldTime::begin().
};

class ThreadRecord {
 public:
  static ThreadRecord& own() {
    static thread_local constinit ThreadRecord record;
    if (record.serial_ == 0) [[unlikely]]
      record.begin();
    return record;
  }

  // A number that no other thread ever had; not 0.
  std::uint64_t serial() const { return serial_; }

  Hold& add(LockRecord& lock);
  void remove(Hold& hold);
  // The newest one of the lock; null if there is none.
  Hold* find(const LockRecord& lock) const;
  Hold* newest() const { return newest_; }
  std::size_t count() const { return count_; }

  // Forgets acquisitions of locks whose storage has another lock by now, or none.
  void drop_dead(const LockRecord& lock);
  // Forgets all acquisitions of the lock.
  void drop(const LockRecord& lock);

  // The highest IRQL that a held lock other than this one needs; PASSIVE_LEVEL if there is none.
  KIRQL needed_without(const Hold* hold) const;
  // To be told of each change of a hold's level.
  void set_level(Hold& hold, KIRQL level);

  // Whether LockOrder is known to have the two, by their names there. A cache: no is no answer.
  bool has_told(std::uint32_t from, std::uint32_t to) const;
  void note_told(std::uint32_t from, std::uint32_t to);

  // Ticks of a clock that stands still while the verifier works: what it takes counts for no hold.
  std::uint64_t held_clock(std::uint64_t now) const { return now - stopped_; }

  // While one exists, the clock stands still: the outermost of them counts, since interrupts nest.
  class OwnWork;

  Call call;  // The innermost function of the interface that the thread is in.

 private:
  struct EndsWithThread;
  static constexpr std::size_t kInlineHolds = 4;
  static constexpr std::size_t kTold = 256;

  void begin();
  void end();
  std::uint32_t& holds_at(KIRQL level);
  static std::uint64_t key_of(std::uint32_t from, std::uint32_t to);

  std::uint64_t serial_ = 0;
  std::uint64_t stopped_ = 0;
  std::uint64_t work_begin_ = 0;
  std::uint32_t work_depth_ = 0;
  Hold* newest_ = nullptr;
  Hold* free_ = nullptr;
  std::size_t count_ = 0;
  std::array<std::uint32_t, HIGH_LEVEL + 1> holds_at_{};  // By the level that they need.
  std::array<Hold, kInlineHolds> inline_{};
  std::array<std::uint64_t, kTold> told_{};
};

class ThreadRecord::OwnWork {
 public:
  OwnWork() : thread_(own()) {
    if (thread_.work_depth_++ == 0) thread_.work_begin_ = spinlab_ticks();
  }
  OwnWork(const OwnWork&) = delete;
  OwnWork& operator=(const OwnWork&) = delete;
  ~OwnWork() {
    if (--thread_.work_depth_ == 0) thread_.stopped_ += spinlab_ticks() - thread_.work_begin_;
  }

 private:
  ThreadRecord& thread_;
};

}  // namespace spinlab::verifier
