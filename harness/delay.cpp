#include "harness/delay.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "harness/clock.hpp"
#include "harness/pinned_thread.hpp"
#include "machines/native/processor.h"

namespace spinlab {
namespace {

constexpr double kWarmUpNs = 2e6;  // A processor that slept needs a while to reach its speed.
constexpr int kTrials = 31;
constexpr std::uint64_t kIterations = 20'000;  // Some 7 us: longer than reading the counter by far.

double measure_here() {
  const std::uint64_t start = spinlab_ticks();
  const std::uint64_t warm_up = ticks_from_ns(kWarmUpNs);
  while (spinlab_ticks() - start < warm_up) spinlab_delay(kIterations);

  std::vector<std::uint64_t> ticks(kTrials);
  for (std::uint64_t& trial : ticks) {
    const std::uint64_t before = spinlab_ticks();
    spinlab_delay(kIterations);
    trial = spinlab_ticks() - before;
  }
  // The median: an interruption lengthens a trial, and nothing makes one too short.
  std::ranges::nth_element(ticks, ticks.begin() + kTrials / 2);
  return static_cast<double>(kIterations) / ns_from_ticks(ticks[kTrials / 2]);
}

}  // namespace

double delay_iterations_per_ns(int processor) {
  static std::mutex mutex;
  static std::map<int, double> measured;
  const std::lock_guard guard(mutex);
  const auto known = measured.find(processor);
  if (known != measured.end()) return known->second;
  ns_per_tick();  // Measured here, not within the thread's warm-up.
  double rate = 0;
  PinnedThread(processor, [&rate] { rate = measure_here(); }).join();
  measured.emplace(processor, rate);
  return rate;
}

}  // namespace spinlab
