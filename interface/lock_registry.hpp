// LockRegistry: where locks live that cannot live in a KSPIN_LOCK, keyed by the word's address.
//
// Invariants
//   I1  A word is 0, or names the object that the registry keeps for that word's address.
//   I2  An object is created, reset or given back only under mutex_.
//   I3  An address that is known keeps its object until forget(); a word that became zero again
//       (initialised anew, or cleared with its storage) gets it back in its first state.
//   I4  Nothing here uses malloc: a DPC that a signal delivered into it may be a lock's first user.
// Thread safety: all functions, except that forget() must not meet another use of the same word.
// install(), forget() and size() are called where no DPC or interrupt of the thread can come in
// between: at HIGH_LEVEL. Errors: without memory the program ends, since no caller could be told.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <type_traits>

#include "interface/spinlab_types.h"
#include "machines/native/blocks.hpp"

namespace spinlab {

// kAlignment: objects are placed this far apart, so that neighbours do not share lines.
template <class Object, std::size_t kAlignment>
class LockRegistry {
 public:
  // The object of the word, or null if the word is zero.
  static Object* find(KSPIN_LOCK* word) {
    // acquire, pairs with the release in install(): the object is constructed before it is used.
    return reinterpret_cast<Object*>(std::atomic_ref(*word).load(std::memory_order::acquire));
  }

  // The object of the word; the first to ask installs it.
  static Object& install(KSPIN_LOCK* word) {
    const std::scoped_lock guard(shared().mutex_);
    const std::atomic_ref shared_word(*word);
    // relaxed: whoever wrote another value did so under mutex_ (I2).
    const KSPIN_LOCK value = shared_word.load(std::memory_order::relaxed);
    if (value != 0) return *reinterpret_cast<Object*>(value);
    Object& fresh = shared().fresh_object(word);
    // release, pairs with find().
    shared_word.store(reinterpret_cast<KSPIN_LOCK>(&fresh), std::memory_order::release);
    return fresh;
  }

  // Gives back the object of the word, if there is one, and clears the word.
  static void forget(KSPIN_LOCK* word) {
    const std::scoped_lock guard(shared().mutex_);
    Placed** const link = shared().link_to(word);
    if (Placed* const known = *link; known != nullptr) {
      *link = known->next;
      Blocks<Placed>::destroy(*known);
      --shared().size_;
    }
    *word = 0;
  }

  // How many objects the registry keeps.
  static std::size_t size() {
    const std::scoped_lock guard(shared().mutex_);
    return shared().size_;
  }

 private:
  struct alignas(kAlignment) Placed {
    Object object;
    const KSPIN_LOCK* word = nullptr;
    Placed* next = nullptr;  // In its row.
  };
  static constexpr std::size_t kRows = 1024;

  // Constant-initialised and never destroyed: static objects may lock when they begin and end. The
  // process gives the memory back when it exits.
  static LockRegistry& shared() {
    static_assert(std::is_trivially_destructible_v<LockRegistry>);
    static constinit LockRegistry registry;
    return registry;
  }

  // A new one, or the one of the address in its first state.
  Object& fresh_object(const KSPIN_LOCK* word) {
    Placed*& known = *link_to(word);
    if (known == nullptr) {
      known = &Blocks<Placed>::make();
      known->word = word;
      ++size_;
    } else {
      std::destroy_at(&known->object);
      std::construct_at(&known->object);
    }
    return known->object;
  }

  // Where the object of the word is linked, or would be.
  Placed** link_to(const KSPIN_LOCK* word) {
    const auto address = reinterpret_cast<std::uintptr_t>(word) / sizeof(KSPIN_LOCK);
    Placed** link = &rows_[(address ^ (address >> 10)) % kRows];
    while (*link != nullptr && (*link)->word != word) link = &(*link)->next;
    return link;
  }

  std::mutex mutex_;
  std::size_t size_ = 0;
  std::array<Placed*, kRows> rows_{};
};

}  // namespace spinlab
