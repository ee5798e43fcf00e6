// What the native machine keeps for threads, and where they are; the same for every Waiting policy.
//
// Nothing here allocates with malloc: a lock may be used first in a signal handler that interrupted
// malloc. Thread safety: all functions. Errors: without memory the program ends, since no caller
// could be told.
#pragma once

#include <sched.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

#include "machines/native/blocks.hpp"
#include "machines/native/thread_end.hpp"
#include "machines/native/thread_index.hpp"

namespace spinlab {

struct NativeThreads {
  static constexpr std::uint32_t kMaxThreads = ThreadIndex::kMaxThreads;

  // A T that needs no destructor must be constant-initialised, so that access is one address.
  template <class T>
  static T& thread_slot() {
    if constexpr (std::is_trivially_destructible_v<T>) {
      static thread_local constinit T slot{};
      return slot;
    } else {
      static thread_local constinit SlotThatEnds<T> slot{};
      return slot.object();
    }
  }

  // In a table of all threads, which costs memory only where it is used if a new T is all zeros.
  template <class T>
  static T& thread_slot(std::uint32_t index) {
    static_assert(std::is_trivially_destructible_v<T>);
    static constinit T slots[kMaxThreads]{};
    return slots[index];
  }

  static std::uint32_t thread_index() { return ThreadIndex::of_this_thread(); }

  static std::uintptr_t place_of(const void* object) {
    return reinterpret_cast<std::uintptr_t>(object);
  }

  // Gone after the thread_local objects.
  template <class T>
  static T& thread_object() {
    auto& made = Blocks<ObjectThatEnds<T>>::make();
    made.run = ObjectThatEnds<T>::end;
    ThreadEnd::add(made);
    return made.object;
  }

  template <class T>
  [[gnu::noinline, gnu::cold]] static T& make() {
    return Blocks<T>::make();
  }

  template <class T>
  static void destroy(T& object) {
    Blocks<T>::destroy(object);
  }

  template <class T>
  static T& shared() {
    static_assert(std::is_trivially_destructible_v<T>);
    static constinit T object{};
    return object;
  }

  static std::uint32_t node() {
    unsigned processor = 0;
    unsigned node = 0;  // Stays 0 where the system cannot say.
    getcpu(&processor, &node);
    return node;
  }

 private:
  // Ends the T of a thread after its thread_local objects. Whoever comes later still (another
  // library's end of the thread may lock) finds a new one.
  template <class T>
  struct SlotThatEnds : ThreadEnd::Task {
    alignas(T) std::byte storage[sizeof(T)]{};
    bool is_made = false;

    T& object() {
      if (!is_made) [[unlikely]]
        make();
      return *std::launder(reinterpret_cast<T*>(storage));
    }

    [[gnu::noinline, gnu::cold]] void make() {
      ::new (storage) T{};
      run = end;
      ThreadEnd::add(*this);
      is_made = true;
    }

    static void end(Task& task) {
      auto& slot = static_cast<SlotThatEnds&>(task);
      std::destroy_at(&slot.object());
      slot.is_made = false;
    }
  };

  // Given back by the thread that made it.
  template <class T>
  struct ObjectThatEnds : ThreadEnd::Task {
    T object{};

    static void end(Task& task) {
      Blocks<ObjectThatEnds>::destroy(static_cast<ObjectThatEnds&>(task));
    }
  };
};

}  // namespace spinlab
