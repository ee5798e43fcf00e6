// What the native machine does between two looks at a cell: a policy, one type each.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>

#include "machines/machine.hpp"
#include "machines/native/processor.h"

namespace spinlab {

// For measurements: a processor for each thread, so the holder is always running.
struct PauseWaiting {
  static void relax() { spinlab_pause(); }

  // The cost of a look that took the time, in units of relax().
  static std::uint32_t units_in(std::uint64_t ticks) { return look_cost(ticks / ticks_of_pause()); }

 private:
  // Processors differ by a factor of ten: measured at the first use, in a microsecond or two. The
  // least of some rows, since a thread may be interrupted in between.
  static std::uint64_t ticks_of_pause() {
    static constinit std::atomic<std::uint64_t> known{0};  // 0: not yet.
    // relaxed, both: a number. Two threads that measure it find the same.
    std::uint64_t ticks = known.load(std::memory_order::relaxed);
    if (ticks == 0) [[unlikely]] {
      ticks = measure_pause();
      known.store(ticks, std::memory_order::relaxed);
    }
    return ticks;
  }

  [[gnu::noinline, gnu::cold]] static std::uint64_t measure_pause() {
    constexpr int kRows = 4;
    constexpr int kPauses = 8;
    std::uint64_t least = ~std::uint64_t{0};
    for (int row = 0; row < kRows; ++row) {
      const std::uint64_t begin = spinlab_ticks_in_order();
      for (int pause = 0; pause < kPauses; ++pause) spinlab_pause();
      least = std::min(least, spinlab_ticks_in_order() - begin);
    }
    return std::max<std::uint64_t>(least / kPauses, 1);
  }
};

// For more threads than processors: the holder may need the processor that we wait on.
struct YieldWaiting {
  static void relax() { std::this_thread::yield(); }

  // To yield takes longer than any look.
  static std::uint32_t units_in(std::uint64_t) { return 1; }
};

// Chosen once at start (the interface reads SPINLAB_WAITING); looked up only while waiting.
struct ChosenWaiting {
  inline static constinit std::atomic<bool> yields{false};

  // relaxed, in both: a setting that orders nothing; the old choice a moment longer does no harm.
  static void relax() {
    if (yields.load(std::memory_order::relaxed)) {
      YieldWaiting::relax();
    } else {
      PauseWaiting::relax();
    }
  }
  static std::uint32_t units_in(std::uint64_t ticks) {
    return yields.load(std::memory_order::relaxed) ? YieldWaiting::units_in(ticks)
                                                   : PauseWaiting::units_in(ticks);
  }
};

}  // namespace spinlab
