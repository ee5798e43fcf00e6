// Native: the host's own threads and atomics.
//
// Cells are std::atomic objects without further state, so a lock's layout here is its layout
// everywhere. The Waiting policy says what an await does between two looks.
// Thread safety: as std::atomic; everything else is per thread or stateless.
#pragma once

#include "machines/machine.hpp"
#include "machines/native/futex.hpp"
#include "machines/native/part.hpp"
#include "machines/native/threads.hpp"
#include "machines/native/waiting.hpp"

namespace spinlab {

template <class Waiting>
struct BasicNative : NativeThreads {
  // Two lines of 64 bytes: processors fetch neighbours in pairs.
  static constexpr std::size_t kLineBytes = 128;

  template <class T>
  class Cell;

  static void relax(std::uint32_t units) {
    for (std::uint32_t unit = 0; unit < units; ++unit) Waiting::relax();
  }

  static constexpr std::uint32_t tries(std::uint32_t count) { return count; }

  // Marsaglia's xorshift32 (Journal of Statistical Software 8(14), 2003), one a thread, seeded by
  // the address of the thread's state: threads differ, which is all that backoff needs.
  static std::uint32_t random(std::uint32_t bound) {
    auto& state = thread_slot<RandomState>().bits;
    if (state == 0) state = seed_from(&state);
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return static_cast<std::uint32_t>((std::uint64_t{state} * bound) >> 32);
  }

  static void park(const Cell<std::uint32_t>& cell, std::uint32_t value) {
    futex_wait(&cell, value);
  }
  static void wake(const Cell<std::uint32_t>& cell, std::uint32_t count) {
    futex_wake(&cell, count);
  }

  static void doorway() {}

  static void keep_order_for_interrupts() { std::atomic_signal_fence(memory_order::seq_cst); }

 private:
  struct RandomState {
    std::uint32_t bits = 0;  // 0: not seeded yet.
  };
  static std::uint32_t seed_from(const void* address) {
    const auto bits = reinterpret_cast<std::uintptr_t>(address);
    return static_cast<std::uint32_t>(bits ^ (bits >> 32)) | 1U;
  }
};

template <class Waiting>
template <class T>
class BasicNative<Waiting>::Cell {
 public:
  constexpr explicit Cell(T value) : value_(value) {}

  T load(memory_order order) const { return value_.load(order); }
  void store(T value, memory_order order) { value_.store(value, order); }
  T exchange(T value, memory_order order) { return value_.exchange(value, order); }
  T fetch_add(T addend, memory_order order) { return value_.fetch_add(addend, order); }
  T fetch_or(T bits, memory_order order) { return value_.fetch_or(bits, order); }
  T fetch_and(T bits, memory_order order) { return value_.fetch_and(bits, order); }
  bool compare_exchange(T& expected, T value, memory_order success, memory_order failure) {
    return value_.compare_exchange_strong(expected, value, success, failure);
  }

  template <class U, std::size_t kIndex>
  NativePart<U> part() {
    static_assert((kIndex + 1) * sizeof(U) <= sizeof(T));
    return NativePart<U>(reinterpret_cast<std::byte*>(&value_) + kIndex * sizeof(U));
  }

  template <class Done>
  T await(Done done, memory_order order) const {
    return await(done, order, kOneUnit);
  }

  template <class Done, class Pace>
  T await(Done done, memory_order order, Pace pace) const {
    const T value = load(order);
    if (done(value)) return value;
    return wait(done, order, pace, value);
  }

  template <class Done>
  std::optional<T> await_for(Done done, memory_order order, std::uint32_t looks) const {
    return await_for(done, order, looks, kOneUnit);
  }

  template <class Done, class Pace>
  std::optional<T> await_for(Done done, memory_order order, std::uint32_t looks, Pace pace) const {
    for (std::uint32_t look = 0; look < looks; ++look) {
      const std::uint64_t begin = begin_look<Pace>();
      const T value = load(order);
      if (done(value)) return value;
      relax(units_after_look(pace, value, begin));
    }
    return std::nullopt;
  }

  template <class Done>
  T await_exchange(T value, Done done, memory_order order) {
    return await_exchange(value, done, order, kOneUnit);
  }

  template <class Done, class Pace>
  T await_exchange(T value, Done done, memory_order order, Pace pace) {
    const T taken = exchange(value, order);
    if (done(taken)) return taken;
    return wait_exchange(value, done, order, pace);
  }

  template <class Done>
  T await_test_exchange(T value, Done done, memory_order order) {
    return await_test_exchange(value, done, order, kOneUnit);
  }

  template <class Done, class Pace>
  T await_test_exchange(T value, Done done, memory_order order, Pace pace) {
    // The first try tests nothing: a line that has to come anyway comes once, ready to be written.
    const T taken = exchange(value, order);
    if (done(taken)) return taken;
    return wait_test_exchange(value, done, order, pace, taken);
  }

 private:
  // The waits behind a first look that failed with `seen`. Out of line, so that an acquisition that
  // need not wait is a few instructions and saves no registers.
  template <class Done, class Pace>
  [[gnu::noinline]] T wait(Done done, memory_order order, Pace pace, T seen) const {
    do {
      relax(pace(seen));
      seen = load(order);
    } while (!done(seen));
    return seen;
  }

  template <class Done, class Pace>
  [[gnu::noinline]] T wait_exchange(T value, Done done, memory_order order, Pace pace) {
    std::uint32_t units = 1;  // What the first look took, nobody knows.
    for (;;) {
      relax(units);
      const std::uint64_t begin = begin_look<Pace>();
      const T seen = exchange(value, order);
      if (done(seen)) return seen;
      units = units_after_look(pace, seen, begin);
    }
  }

  // A time for a pace that weighs looks; for others, none.
  template <class Pace>
  static std::uint64_t begin_look() {
    if constexpr (WeighingPace<Pace, T>) return spinlab_ticks();
    return 0;
  }
  template <class Pace>
  static std::uint32_t units_after_look(Pace& pace, T seen, std::uint64_t begin) {
    if constexpr (WeighingPace<Pace, T>) {
      // In order: the look has ended.
      return pace(seen, Waiting::units_in(spinlab_ticks_in_order() - begin));
    } else {
      return pace(seen);
    }
  }

  template <class Done, class Pace>
  [[gnu::noinline]] T wait_test_exchange(T value, Done done, memory_order order, Pace pace,
                                         T seen) {
    do {
      relax(pace(seen));
      // relaxed: a hint to try again; the exchange carries the order. One pace for tests and
      // exchanges, by reference, since a backoff remembers how often it was asked.
      await(done, memory_order::relaxed, [&pace](T held) { return pace(held); });
      seen = exchange(value, order);
    } while (!done(seen));
    return seen;
  }

  static constexpr auto kOneUnit = [](T) { return std::uint32_t{1}; };

  std::atomic<T> value_;
  static_assert(std::atomic<T>::is_always_lock_free && sizeof(std::atomic<T>) == sizeof(T));
};

using Native = BasicNative<PauseWaiting>;
using NativeYielding = BasicNative<YieldWaiting>;
using NativeChosen = BasicNative<ChosenWaiting>;

static_assert(Machine<Native> && Machine<NativeYielding> && Machine<NativeChosen>);

}  // namespace spinlab
