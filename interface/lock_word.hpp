// LockWord: the lock behind a KSPIN_LOCK. One that fits is the word itself, used in place; a
// larger one lives in a LockRegistry, and the word names it. So does one that owns something, as
// CLH does: a word may be cleared with its storage, and no destructor would run.
//
//   door(word)        The lock, for acquire and release.
//   is_held(word)     A hint; installs nothing.
//   reset(word)       Makes it free: the word is zero. Not while the lock is in use.
//   free(word)        Gives back what is kept beside the word. Not while the lock is in use.
#pragma once

#include <memory>
#include <type_traits>

#include "algorithms/thread_nodes.hpp"
#include "interface/irql.hpp"
#include "interface/lock_registry.hpp"
#include "interface/spinlab_types.h"

namespace spinlab {

template <class Door>
struct LockInPlace {
  // The word is zero, or holds a Door: all bits zero is a free lock, and a Door has its layout. No
  // destructor runs: a KSPIN_LOCK just ceases to be.
  static_assert(sizeof(Door) <= sizeof(KSPIN_LOCK) && alignof(Door) <= alignof(KSPIN_LOCK));

  static Door& door(KSPIN_LOCK* word) { return *reinterpret_cast<Door*>(word); }
  static bool is_held(KSPIN_LOCK* word) { return door(word).is_held(); }
  static void reset(KSPIN_LOCK* word) {
    *word = 0;  // A Door may be smaller than the word.
    ::new (static_cast<void*>(word)) Door;
  }
  static void free(KSPIN_LOCK*) {}
};

template <class Door, Machine M>
struct LockOutOfLine {
  using Registry = LockRegistry<Door, M::kLineBytes>;

  static Door& door(KSPIN_LOCK* word) {
    Door* const known = Registry::find(word);
    return known != nullptr ? *known : first_door(word);
  }
  static bool is_held(KSPIN_LOCK* word) {
    const Door* const known = Registry::find(word);
    return known != nullptr && known->is_held();
  }
  static void reset(KSPIN_LOCK* word) { *word = 0; }  // The next door() resets a known object.
  static void free(KSPIN_LOCK* word) {
    const AtHighLevel<M> inside;
    Registry::forget(word);
  }

 private:
  [[gnu::noinline, gnu::cold]] static Door& first_door(KSPIN_LOCK* word) {
    const AtHighLevel<M> inside;
    return Registry::install(word);
  }
};

template <template <class> class LockOver, Machine M>
inline constexpr bool kFitsInWord =
    sizeof(ThreadNodes<LockOver, M>) <= sizeof(KSPIN_LOCK) && !OwningLock<LockOver<M>>;

template <template <class> class LockOver, Machine M>
using LockWord = std::conditional_t<kFitsInWord<LockOver, M>, LockInPlace<ThreadNodes<LockOver, M>>,
                                    LockOutOfLine<ThreadNodes<LockOver, M>, M>>;

// Releases the lock of the word, as its door does, wherever an interrupt may come.
template <template <class> class LockOver, Machine M>
void release_door(KSPIN_LOCK* word) {
  if constexpr (OneReleaseLock<LockOver<M>>) {
    const AtHighLevel<M> inside;
    LockWord<LockOver, M>::door(word).release();
  } else {
    LockWord<LockOver, M>::door(word).release();
  }
}

}  // namespace spinlab
