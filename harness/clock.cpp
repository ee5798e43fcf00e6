#include "harness/clock.hpp"

#include <time.h>

#include <cmath>
#include <limits>

#include "machines/native/processor.h"

namespace spinlab {
namespace {

constexpr std::int64_t kHalfIntervalNs = 10'000'000;
// The two halves differ by some 10 ppm from reading the clocks alone.
constexpr double kLargestRateChange = 1e-3;

struct Instant {
  std::uint64_t ticks = 0;
  std::uint64_t ns = 0;
};

// Both clocks at one moment: the tightest of several pairs of ticks around a clock reading, so
// that an interruption between them does not count.
Instant read_both() {
  Instant best;
  std::uint64_t narrowest = std::numeric_limits<std::uint64_t>::max();
  for (int trial = 0; trial < 20; ++trial) {
    const std::uint64_t before = spinlab_ticks();
    const std::uint64_t ns = monotonic_ns();
    const std::uint64_t width = spinlab_ticks() - before;
    if (width < narrowest) {
      narrowest = width;
      best = {before + width / 2, ns};
    }
  }
  return best;
}

double rate_between(const Instant& from, const Instant& to) {
  return static_cast<double>(to.ns - from.ns) / static_cast<double>(to.ticks - from.ticks);
}

struct Calibrated {
  double ns_per_tick;
  bool constant;
};

Calibrated calibrate() {
  const Instant start = read_both();
  const timespec pause{0, kHalfIntervalNs};
  nanosleep(&pause, nullptr);
  const Instant middle = read_both();
  while (monotonic_ns() - middle.ns < std::uint64_t{kHalfIntervalNs}) spinlab_pause();
  const Instant end = read_both();
  const double asleep = rate_between(start, middle);
  const double awake = rate_between(middle, end);
  return {rate_between(start, end), std::abs(asleep / awake - 1) < kLargestRateChange};
}

const Calibrated& calibrated() {
  static const Calibrated once = calibrate();
  return once;
}

}  // namespace

double ns_per_tick() { return calibrated().ns_per_tick; }

std::uint64_t ticks_from_ns(double ns) {
  return ns > 0 ? static_cast<std::uint64_t>(std::llround(ns / ns_per_tick())) : 0;
}

double ns_from_ticks(std::uint64_t ticks) { return static_cast<double>(ticks) * ns_per_tick(); }

std::uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

bool counter_is_constant() { return calibrated().constant; }

}  // namespace spinlab
