#include "harness/calibration.hpp"

#include <time.h>

#include <stdexcept>
#include <vector>

#include "harness/clock.hpp"
#include "harness/counter_check.hpp"
#include "harness/delay.hpp"
#include "harness/pinned_thread.hpp"
#include "harness/statistics.hpp"
#include "machines/native/processor.h"

namespace spinlab {
namespace {

constexpr int kTrials = 31;
constexpr int kCallsInTrial = 1000;

// ns a call: the median of several short trials, so that an interruption does not count.
template <class Call>
double cost_ns(Call call) {
  std::vector<double> trials;
  for (int trial = 0; trial < kTrials; ++trial) {
    const std::uint64_t start = spinlab_ticks();
    for (int i = 0; i < kCallsInTrial; ++i) call();
    trials.push_back(ns_from_ticks(spinlab_ticks() - start) / kCallsInTrial);
  }
  return median(trials);
}

void measure_costs(Calibration& calibration) {
  calibration.pause_ns = cost_ns(spinlab_pause);
  calibration.timer_ns = cost_ns([] {
    const std::uint64_t ticks = spinlab_ticks();
    // A reading that nobody uses might not be made.
    __asm__ volatile("" : : "r"(ticks));
  });
  calibration.monotonic_clock_ns = cost_ns([] {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
  });
}

}  // namespace

Calibration measure_calibration(const Topology& topology, const Floors& floors, bool quick,
                                const PingPongEffort& effort) {
  if (!topology.is_this_host()) throw std::invalid_argument("only the host can be calibrated");
  const int processor = topology.processors().front();
  Calibration calibration;
  calibration.empty_loop_ns = floors.empty_loop_ns;
  calibration.locked_rmw_ns = floors.locked_rmw_ns;
  calibration.rmw_store_ns = floors.rmw_store_ns;
  calibration.ns_per_tick = ns_per_tick();
  calibration.counter_constant = counter_is_constant();
  calibration.delay_ns_per_iteration = 1 / delay_iterations_per_ns(processor);
  PinnedThread(processor, [&calibration] { measure_costs(calibration); }).join();
  const std::vector<int> processors = ping_pong_processors(topology, quick);
  calibration.counter_monotone = counter_is_monotone_across(processors);
  calibration.ping_pong = measure_ping_pong(processors, effort);
  return calibration;
}

}  // namespace spinlab
