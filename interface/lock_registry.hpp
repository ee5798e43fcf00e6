// LockRegistry: where locks live that cannot live in a KSPIN_LOCK, keyed by the word's address.
//
// Invariants
//   I1  A word is 0, or names the object that the registry keeps for that word's address.
//   I2  An object is created, reset or given back only under mutex_.
//   I3  An address that is known keeps its object until forget(); a word that became zero again
//       (initialised anew, or cleared with its storage) gets it back in its first state.
// Thread safety: all functions, except that forget() must not meet another use of the same word.
// Errors: without memory the program ends, since no caller could be told.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "interface/spinlab_types.h"

namespace spinlab {

// kAlignment: objects are placed this far apart, so that neighbours do not share lines.
template <class Object, std::size_t kAlignment>
class LockRegistry {
 public:
  // The object of the word; installed by the first to ask.
  static Object& resolve(KSPIN_LOCK* word) {
    // acquire, pairs with the release in install(): the object is constructed before it is used.
    const KSPIN_LOCK value = std::atomic_ref(*word).load(std::memory_order::acquire);
    if (value != 0) [[likely]]
      return *reinterpret_cast<Object*>(value);
    return shared().install(word);
  }

  // The object of the word, or null if the word is zero. Installs nothing.
  static const Object* peek(KSPIN_LOCK* word) {
    // acquire, as in resolve().
    return reinterpret_cast<const Object*>(std::atomic_ref(*word).load(std::memory_order::acquire));
  }

  // Gives back the object of the word, if there is one, and clears the word.
  static void forget(KSPIN_LOCK* word) noexcept {
    const std::scoped_lock guard(shared().mutex_);
    shared().objects_.erase(word);
    *word = 0;
  }

  // How many objects the registry keeps.
  static std::size_t size() {
    const std::scoped_lock guard(shared().mutex_);
    return shared().objects_.size();
  }

 private:
  struct alignas(kAlignment) Placed {
    Object object;
  };

  // Never destroyed: destructors of static objects may lock, after any registry would be gone.
  // The process gives the memory back when it exits.
  static LockRegistry& shared() {
    static LockRegistry* const registry = new LockRegistry;
    return *registry;
  }

  [[gnu::noinline]] Object& install(KSPIN_LOCK* word) noexcept {
    const std::scoped_lock guard(mutex_);
    const std::atomic_ref shared_word(*word);
    // relaxed: whoever wrote another value did so under mutex_ (I2).
    const KSPIN_LOCK value = shared_word.load(std::memory_order::relaxed);
    if (value != 0) return *reinterpret_cast<Object*>(value);

    std::unique_ptr<Placed>& placed = objects_[word];
    if (placed == nullptr) {
      placed = std::make_unique<Placed>();
    } else {
      std::destroy_at(placed.get());
      std::construct_at(placed.get());
    }
    // release, pairs with resolve() and peek().
    shared_word.store(reinterpret_cast<KSPIN_LOCK>(&placed->object), std::memory_order::release);
    return placed->object;
  }

  std::mutex mutex_;
  std::unordered_map<const KSPIN_LOCK*, std::unique_ptr<Placed>> objects_;
};

}  // namespace spinlab
