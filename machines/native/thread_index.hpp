// Small numbers for threads: the lowest that is free, from a thread's first use to its end.
//
// Thread safety: all functions. Errors: with kMaxThreads threads at once the program ends, since no
// caller could be told.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "machines/native/end_program.hpp"
#include "machines/native/thread_end.hpp"

namespace spinlab {

template <std::uint32_t kThreads>
class BasicThreadIndex {
 public:
  static constexpr std::uint32_t kMaxThreads = kThreads;

  static std::uint32_t of_this_thread() {
    // relaxed: the thread's own.
    const std::uint32_t known = holder().plus_one.load(std::memory_order::relaxed);
    if (known != 0) [[likely]]
      return known - 1;
    return take();
  }

 private:
  // Gives the index back when the thread ends, after all that it may have locked in. Whoever asks
  // later still gets another, and gives that back.
  struct Holder : ThreadEnd::Task {
    // Atomic: a signal may take an index while its thread does.
    std::atomic<std::uint32_t> plus_one{0};  // 0: none yet.
  };

  static Holder& holder() {
    static thread_local constinit Holder value{};
    return value;
  }

  static void end(ThreadEnd::Task& task) {
    // relaxed: the thread's own.
    give_back(static_cast<Holder&>(task).plus_one.exchange(0, std::memory_order::relaxed) - 1);
  }

  static void give_back(std::uint32_t index) {
    // release, pairs with lowest_free(): what this thread left behind happens before the next one's
    // use.
    word(index).fetch_and(~bit(index), std::memory_order::release);
  }

  [[gnu::noinline, gnu::cold]] static std::uint32_t take() {
    const std::uint32_t index = lowest_free();
    Holder& mine = holder();
    std::uint32_t known = 0;
    // relaxed: the thread's own.
    if (!mine.plus_one.compare_exchange_strong(known, index + 1, std::memory_order::relaxed)) {
      give_back(index);  // A signal was first.
      return known - 1;
    }
    mine.run = end;
    ThreadEnd::add(mine);
    return index;
  }

  static std::uint32_t lowest_free() {
    for (std::uint32_t first = 0; first < kMaxThreads; first += kBits) {
      // acquire, in both: pairs with give_back().
      std::uint64_t bits = word(first).load(std::memory_order::acquire);
      while (~bits != 0) {
        const std::uint32_t index = first + static_cast<std::uint32_t>(std::countr_one(bits));
        bits = word(index).fetch_or(bit(index), std::memory_order::acquire);
        if ((bits & bit(index)) == 0) return index;  // Else another thread was first.
      }
    }
    std::array<char, 200> text;
    std::snprintf(text.data(), text.size(),
                  "one thread too many uses a lock that numbers its threads (NDIS_RW_LOCK_EX, "
                  "qspinlock, qspinlock_cna); at most %u at once can, each until it ends",
                  kMaxThreads);
    end_program(text.data());
  }

  static constexpr std::uint32_t kBits = 64;
  static_assert(kMaxThreads % kBits == 0);
  static std::uint64_t bit(std::uint32_t index) { return std::uint64_t{1} << (index % kBits); }
  static std::atomic<std::uint64_t>& word(std::uint32_t index) { return taken[index / kBits]; }

  inline static constinit std::atomic<std::uint64_t> taken[kMaxThreads / kBits]{};
};

// What the queued spin lock's tail can name, rounded down.
using ThreadIndex = BasicThreadIndex<8192>;

}  // namespace spinlab
