// Two threads that take turns: what the ping-pong and the counter's check are made of.
#pragma once

#include <atomic>
#include <cstdint>

#include "harness/clock.hpp"
#include "machines/native/processor.h"

namespace spinlab {

// A turn number alone on its pair of lines (processors fetch neighbours in pairs), with room for a
// message that travels along.
struct alignas(128) TurnLine {
  std::atomic<std::uint64_t> turn{0};
  std::uint64_t message = 0;  // Belongs to whoever saw its turn.
};

// Ends all waiting on both sides once the time is over: a partner may have lost its processor, or
// may never have been given one.
// Thread safety: any threads.
class Deadline {
 public:
  explicit Deadline(std::uint64_t ns_from_now) : end_ns_(monotonic_ns() + ns_from_now) {}

  bool is_over() const { return monotonic_ns() >= end_ns_; }

  // Waits for exactly this turn; false if the time was over first. It pauses between two looks, as
  // the native machine's locks do: that is what they are compared with, and looking without a pause
  // takes the line away from the writer so often that a hand-over is slower.
  bool await(const TurnLine& line, std::uint64_t turn) const {
    for (;;) {
      for (int look = 0; look < kLooksBetweenChecks; ++look) {
        if (line.turn.load(std::memory_order::acquire) == turn) return true;
        spinlab_pause();
      }
      if (is_over()) return false;
    }
  }

 private:
  // A clock reading costs tens of looks, and a hand-over that it falls into is late by as much.
  static constexpr int kLooksBetweenChecks = 256;

  std::uint64_t end_ns_;
};

}  // namespace spinlab
