// What the native machine does between two looks at a cell: a policy, one type each.
#pragma once

#include <atomic>
#include <thread>

#include "machines/native/processor.h"

namespace spinlab {

// For measurements: a processor for each thread, so the holder is always running.
struct PauseWaiting {
  static void relax() { spinlab_pause(); }
};

// For more threads than processors: the holder may need the processor that we wait on.
struct YieldWaiting {
  static void relax() { std::this_thread::yield(); }
};

// Chosen once at start (the interface reads SPINLAB_WAITING); looked up only while waiting.
struct ChosenWaiting {
  inline static constinit std::atomic<bool> yields{false};

  static void relax() {
    // relaxed: a setting that orders nothing; the old choice a moment longer does no harm.
    if (yields.load(std::memory_order::relaxed)) {
      YieldWaiting::relax();
    } else {
      PauseWaiting::relax();
    }
  }
};

}  // namespace spinlab
