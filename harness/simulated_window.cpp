#include "harness/simulated_window.hpp"

#include <algorithm>

#include "harness/window_metrics.hpp"

namespace spinlab {
namespace {

using simulated::Ticks;

constexpr Ticks kWarmUpShare = 10;  // Of the window's length, before it.
constexpr double kNsPerTick = 1.0 / simulated::kTicksPerNs;

Ticks ticks_from_ns(double ns) {
  return static_cast<Ticks>(ns * static_cast<double>(simulated::kTicksPerNs));
}

}  // namespace

SimulatedTeam::SimulatedTeam(const SimulatedShape& shape, const WindowOptions& options,
                             SimulationTrace* trace)
    : shape_(shape),
      options_(options),
      trace_(trace),
      simulation_(*shape.model, options.seed, static_cast<std::uint32_t>(shape.processors.size())),
      begin_(ticks_from_ns(options.window_ms * 1e6) / kWarmUpShare),
      end_(begin_ + ticks_from_ns(options.window_ms * 1e6)),
      runs_(shape.processors.size()) {
  simulation_.observe(trace);
  for (std::size_t thread = 0; thread < shape.processors.size(); ++thread)
    workers_.push_back(std::make_unique<spinlab_worker>());
}

std::vector<SimulatedTeam::PrivateLine*> SimulatedTeam::place_private_lines() {
  std::vector<PrivateLine*> lines;
  for (int line = 0; line < shape_.workload.private_lines; ++line)
    lines.push_back(&simulation_.make<PrivateLine>(simulation_.package()));
  return lines;
}

// Threads that began at once would queue in the order of their numbers, for ever: neighbours after
// neighbours, as no real threads do.
void SimulatedTeam::start(std::uint64_t& random_state) {
  SplitMix random(random_state);
  random_state = random() | 1U;
  simulation_.spend(random.below(static_cast<std::uint32_t>(begin_ / 2)));
}

// The check's further words, natively, are on its line: their accesses overlap with these.
void SimulatedTeam::section(Check& check, const std::vector<PrivateLine*>& lines) {
  check.owner.store(check.owner.load(memory_order::relaxed) + 1, memory_order::relaxed);
  for (PrivateLine* line : lines)
    line->word.store(line->word.load(memory_order::relaxed) + 1, memory_order::relaxed);
  if (--check.inside != 0) exclusion_violated_ = true;
}

// At the begin of a section.
void SimulatedTeam::book(int thread, Check& check, Ticks begin) {
  const Ticks now = simulation_.now();
  if (check.inside++ != 0) exclusion_violated_ = true;
  const bool is_handover = std::exchange(check.last, thread) != thread;
  if (trace_ != nullptr) trace_->entered(thread, begin, now);
  if (now < begin_ || now >= end_) return;
  if (!std::exchange(began_, true)) transfers_before_ = simulation_.coherence().transfers();
  transfers_after_ = simulation_.coherence().transfers();
  spinlab_worker& worker = *workers_[static_cast<std::size_t>(thread)];
  ++worker.slices[1].acquisitions;
  worker.slices[1].handovers += is_handover ? 1 : 0;
  ++worker.latency[spinlab_latency_bucket(now - begin)];
  worker.acquire_max_ticks = std::max<std::uint64_t>(worker.acquire_max_ticks, now - begin);
  std::uint64_t& run = runs_[static_cast<std::size_t>(thread)];
  run = is_handover ? 1 : run + 1;
  worker.longest_run = std::max(worker.longest_run, run);
}

// As natively: uniform within half of the mean either side.
void SimulatedTeam::think(std::uint64_t& random_state) {
  const Ticks mean = ticks_from_ns(options_.think_ns);
  if (mean == 0) return;
  SplitMix random(random_state);
  random_state = random();
  simulation_.spend(mean / 2 + ((mean * (random_state >> 40)) >> 24));
}

SimulatedOutcome SimulatedTeam::outcome() {
  std::vector<const spinlab_worker*> workers;
  double acquisitions = 0;
  for (const auto& worker : workers_) {
    worker->slice_ticks = end_ - begin_;
    worker->slice_count = 2;
    workers.push_back(worker.get());
    acquisitions += static_cast<double>(worker->slices[1].acquisitions);
  }
  SimulatedOutcome outcome;
  outcome.operations = simulation_.operations();
  WindowMetrics& metrics = outcome.metrics;
  metrics.counters = window_counters(workers, kNsPerTick);
  metrics.counters.emplace_back(
      "line_transfers_per_acquisition",
      static_cast<double>(transfers_after_ - transfers_before_) / std::max(acquisitions - 1, 1.0));
  metrics.ns_per_acquisition = counter_of(metrics.counters, "ns_per_acquisition");
  metrics.exclusion_violated = exclusion_violated_;
  return outcome;
}

}  // namespace spinlab
