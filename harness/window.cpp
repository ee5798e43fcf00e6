#include "harness/window.hpp"

#include <algorithm>

#include "harness/clock.hpp"
#include "harness/delay.hpp"
#include "harness/window_metrics.hpp"
#include "machines/splitmix.hpp"

namespace spinlab {
namespace {

constexpr std::uint64_t kSlices = 10;
constexpr double kGapNs = 100'000;
constexpr double kBatchNs = 4'000;
// Long enough for sleeping threads to be on their processors when the window starts.
constexpr double kStartNs = 150'000;

}  // namespace

WindowRunner::WindowRunner(const WindowMemory::Shape& shape, const std::vector<int>& processors)
    : shape_(shape), processors_(processors), memory_(shape), team_(processors) {}

void WindowRunner::prepare(const WindowOptions& options) {
  visits_before_.clear();
  for (const spinlab_check* check : memory_.checks())
    visits_before_.push_back(std::uint64_t{check->entered});
  const std::uint64_t slice_ticks =
      ticks_from_ns(options.window_ms * 1e6 / static_cast<double>(kSlices));
  for (int thread = 0; thread < shape_.threads; ++thread) {
    spinlab_worker& worker = memory_.worker(thread);
    const int processor = processors_[static_cast<std::size_t>(thread)];
    worker.think_iterations =
        static_cast<std::uint64_t>(options.think_ns * delay_iterations_per_ns(processor));
    // Never 0, from which the thread's generator would not move.
    worker.random_state = SplitMix(options.seed + static_cast<std::uint64_t>(thread))() | 1U;
    worker.slice_ticks = slice_ticks;
    worker.slice_count = kSlices + 1;
    worker.gap_ticks = ticks_from_ns(kGapNs);
    worker.batch_ticks = ticks_from_ns(kBatchNs);
  }
}

WindowMetrics WindowRunner::run(const WindowOptions& options) {
  prepare(options);
  const std::uint64_t start_tick = spinlab_ticks() + ticks_from_ns(kStartNs);
  std::vector<const spinlab_worker*> workers;
  for (int thread = 0; thread < shape_.threads; ++thread) {
    memory_.worker(thread).start_tick = start_tick;
    workers.push_back(&memory_.worker(thread));
  }
  team_.run([this](int thread) { shape_.door->loop(&memory_.worker(thread)); });

  WindowMetrics metrics;
  metrics.counters = window_counters(workers, ns_per_tick());
  metrics.ns_per_acquisition = counter_of(metrics.counters, "ns_per_acquisition");
  metrics.exclusion_violated = exclusion_violated();
  metrics.pinned = team_.pinned();
  return metrics;
}

// Torn sections, visits that were lost, queues that are torn, and packets that are missing: two
// threads that were inside at once overwrite each other's counts and links.
bool WindowRunner::exclusion_violated() const {
  std::uint64_t acquisitions = 0;
  for (int thread = 0; thread < shape_.threads; ++thread) {
    const spinlab_worker& worker = memory_.worker(thread);
    if (worker.torn != 0) return true;
    acquisitions += worker.acquisitions;
  }
  std::uint64_t visits = 0;
  for (std::size_t i = 0; i < visits_before_.size(); ++i) {
    const spinlab_check& check = *memory_.checks()[i];
    if (check.entered != check.left) return true;
    visits += check.entered - visits_before_[i];
  }
  return visits != acquisitions || !memory_.is_intact();
}

}  // namespace spinlab
