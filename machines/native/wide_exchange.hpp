// NativeWideWord: 16 bytes that change at once. C++ has them only through a library that may lock.
//
// Thread safety: all functions. compare_exchange acquires and releases; loads are of one half.
#pragma once

#include <atomic>
#include <cstdint>

#include "machines/native/processor.h"

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace spinlab {

class alignas(16) NativeWideWord {
 public:
  std::uint64_t load_low(std::memory_order order) const { return low_.load(order); }
  std::uint64_t load_high(std::memory_order order) const { return high_.load(order); }

  bool compare_exchange(std::uint64_t expected_low, std::uint64_t expected_high, std::uint64_t low,
                        std::uint64_t high) {
    publish();
    const bool done = spinlab_compare_exchange_wide(this, expected_low, expected_high, low, high);
    if (done) observe();
    return done;
  }

 private:
  // ThreadSanitizer does not see what an instruction of its own does.
#if defined(__SANITIZE_THREAD__)
  void publish() { __tsan_release(this); }
  void observe() { __tsan_acquire(this); }
#else
  void publish() {}
  void observe() {}
#endif

  std::atomic<std::uint64_t> low_{0};
  std::atomic<std::uint64_t> high_{0};
};

}  // namespace spinlab
