// What the verifier remembers for as long as the program runs: records of locks and threads.
//
// Thread safety: all functions, at HIGH_LEVEL only: a DPC on this thread would wait for the mutex
// for ever. Errors: without memory the program ends, since no caller could be told.
#pragma once

#include <memory_resource>
#include <mutex>
#include <new>

#include "interface/pages.hpp"

namespace spinlab::verifier {

class Memory {
 public:
  // A new object that is never destroyed.
  template <class T>
  static T& make() noexcept {
    return *::new (take(sizeof(T), alignof(T))) T;
  }

  static void* take(std::size_t bytes, std::size_t alignment) noexcept {
    Memory& memory = shared();
    const std::scoped_lock guard(memory.mutex_);
    return memory.resource_.allocate(bytes, alignment);
  }

 private:
  static constexpr std::size_t kFirstBlockBytes = 1 << 16;

  // Never destroyed: locks are used until the very end of the program.
  static Memory& shared() {
    alignas(Memory) static char storage[sizeof(Memory)];
    static Memory* const memory = ::new (storage) Memory;
    return *memory;
  }

  std::mutex mutex_;
  PageResource pages_;
  std::pmr::monotonic_buffer_resource resource_{kFirstBlockBytes, &pages_};
};

}  // namespace spinlab::verifier
