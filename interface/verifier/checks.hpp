// Checks: what the verified functions ask before they do what the unchecked ones do, and tell
// afterwards. A misuse is reported here (stop.hpp).
//
// Thread safety: all functions. The calling thread is at its own IRQL; inside it is HIGH_LEVEL.
#pragma once

#include <optional>

#include "interface/irql.hpp"
#include "interface/verifier/thread_record.hpp"
#include "machines/native/native.hpp"

namespace spinlab::verifier {

using Host = NativeChosen;

// DPCs and interrupts of this thread would look at what is being changed.
using Undisturbed = AtHighLevel<Host>;

// The function of the interface that the thread is in, for as long as this is.
class Calling {
 public:
  Calling(const char* function, const void* address) : outer_(ThreadRecord::own().call) {
    ThreadRecord::own().call = {function, address};
  }
  Calling(const Calling&) = delete;
  Calling& operator=(const Calling&) = delete;
  ~Calling() { ThreadRecord::own().call = outer_; }

 private:
  Call outer_;
};

// One acquisition on its way.
class Acquiring {
 public:
  // Reports what is wrong with it. `raises_to`: for doors that raise, the level that they raise to.
  // `handle`: null if the door has none.
  Acquiring(Door door, const volatile void* lock, KIRQL raises_to, const void* handle = nullptr);

  // The same without waiting for the lock.
  struct Tries {};
  Acquiring(Tries, Door door, const volatile void* lock, KIRQL raises_to);

  // False: it would wait for ever, or break something. Then it is left out.
  bool is_allowed() const { return is_allowed_; }

  // The thread has the lock.
  void acquired();
  // It has had it, and nobody could see that from outside.
  void passed();

 private:
  void judge(KIRQL raises_to);

  Door door_;
  LockRecord* lock_;
  LockRecord* handle_;
  KIRQL former_irql_ = PASSIVE_LEVEL;
  bool is_allowed_ = true;
  bool is_contended_ = false;
  bool is_tried_ = false;
};

// One release on its way.
class Releasing {
 public:
  // Reports what is wrong with it. `new_irql`: what it will set, if its door does that.
  Releasing(Door door, const volatile void* lock, std::optional<KIRQL> new_irql,
            const void* handle = nullptr);

  bool is_allowed() const { return is_allowed_; }

  // How the lock was acquired, whatever release was called.
  bool is_shared() const { return is_shared_; }

  // The lock is free, as far as this thread goes.
  void released();

 private:
  void end(ThreadRecord& thread, Hold& hold, std::uint64_t now);

  LockRecord* lock_;
  Call acquired_;
  std::uint64_t held_ticks_ = 0;
  bool is_allowed_ = true;
  bool is_shared_ = false;
  bool was_too_long_ = false;
};

// A reader is about to become the writer: false if it is none. Then, it has.
bool may_convert(const volatile void* lock);
void converted(const volatile void* lock);

// An acquire and release in one, at any IRQL, that nobody sees from outside.
bool may_pass(const volatile void* lock);

void initializing(const volatile void* lock);
void freeing(const volatile void* lock);
// The storage is no lock's any more, or a new lock's.
void forget(const volatile void* lock);
void name(const volatile void* lock, const char* text);

void raising_irql(KIRQL level);
void lowering_irql(KIRQL level);

// A thread or routine ends that began with `locks` held, at `irql`.
void check_end(const Call& what, std::size_t locks, KIRQL irql);

// 0: no limit.
void set_hold_limit(ULONG microseconds);

}  // namespace spinlab::verifier
