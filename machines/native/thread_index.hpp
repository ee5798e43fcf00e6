// Small numbers for threads: the lowest that is free, from a thread's first use to its end.
//
// Thread safety: all functions. Errors: with kMaxThreads threads at once the program ends, since no
// caller could be told.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace spinlab {

class ThreadIndex {
 public:
  // What the queued spin lock's tail can name, rounded down.
  static constexpr std::uint32_t kMaxThreads = 8192;

  static std::uint32_t of_this_thread() {
    const std::uint32_t known = plus_one();
    if (known != 0) [[likely]]
      return known - 1;
    return take();
  }

 private:
  // Gives the index back when the thread ends. Whoever asks later still (a destructor of an older
  // thread_local object) gets another, which stays taken.
  struct Holder {
    Holder() = default;
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    ~Holder() {
      const std::uint32_t index = plus_one() - 1;
      plus_one() = 0;
      // release, pairs with take(): what this thread left behind happens before the next one's use.
      word(index).fetch_and(~bit(index), std::memory_order::release);
    }
  };

  static std::uint32_t& plus_one() {
    static thread_local constinit std::uint32_t value = 0;  // 0: none yet.
    return value;
  }

  [[gnu::noinline, gnu::cold]] static std::uint32_t take() {
    for (std::uint32_t first = 0; first < kMaxThreads; first += kBits) {
      // acquire, in both: pairs with ~Holder().
      std::uint64_t bits = word(first).load(std::memory_order::acquire);
      while (~bits != 0) {
        const std::uint32_t index = first + static_cast<std::uint32_t>(std::countr_one(bits));
        bits = word(index).fetch_or(bit(index), std::memory_order::acquire);
        if ((bits & bit(index)) != 0) continue;  // Another thread was first.
        plus_one() = index + 1;
        static thread_local const Holder holder;
        static_cast<void>(&holder);
        return index;
      }
    }
    std::fprintf(stderr,
                 "spinlab: more than %u threads at once use this lock; choose one without "
                 "thread indices\n",
                 kMaxThreads);
    std::abort();
  }

  static constexpr std::uint32_t kBits = 64;
  static std::uint64_t bit(std::uint32_t index) { return std::uint64_t{1} << (index % kBits); }
  static std::atomic<std::uint64_t>& word(std::uint32_t index) { return taken[index / kBits]; }

  inline static constinit std::atomic<std::uint64_t> taken[kMaxThreads / kBits]{};
};

}  // namespace spinlab
