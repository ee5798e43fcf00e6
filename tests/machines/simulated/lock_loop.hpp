// The loop that tests of the simulated machine run: acquire, section, release, think.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "algorithms/lock.hpp"
#include "machines/simulated/simulated.hpp"

namespace spinlab::simulated {

struct LoopOptions {
  Ticks inside = 0;
  Ticks outside = 0;
  bool exponential = false;  // Both times; else the think time is uniform within half of it.
  bool shared_counter = false;
  Ticks warm_up = 0;
  Ticks end = 0;
  std::uint64_t seed = 1;
  std::function<std::uint32_t(int thread)> processor_of{};  // Empty: the thread's number.
};

struct LoopResult {
  bool excluded = true;  // Never two threads inside.
  std::uint64_t acquisitions = 0;
  double ns_per_acquisition = 0;  // Of the machine: time / acquisitions of all threads.
  double transfers_per_acquisition = 0;
  double handovers_per_acquisition = 0;
  std::uint64_t most_bypasses = 0;  // Acquisitions of others while one thread waited.
  std::vector<std::uint64_t> by_thread;
};

// -mean x ln(1 - u), by von Neumann's comparisons of uniform numbers: no logarithm, whose last digit
// differs between hosts.
inline Ticks exponential(SplitMix& random, Ticks mean) {
  for (Ticks whole = 0;; whole += mean) {
    const std::uint64_t first = random();
    std::uint64_t last = first;
    bool odd = true;
    for (std::uint64_t next = random(); next <= last; next = random()) {
      last = next;
      odd = !odd;
    }
    if (odd) return whole + (((first >> 32) * mean) >> 32);
  }
}

template <template <class> class LockOver>
class LockLoop {
  using Lock = LockOver<Simulated>;

 public:
  LockLoop(const Model& model, int threads, const LoopOptions& options)
      : options_(options),
        simulation_(model, options.seed, static_cast<std::uint32_t>(threads)),
        lock_(simulation_.make<Lock>(0)),
        counter_(simulation_.make<Simulated::Cell<std::uint64_t>>(0, 0U)) {
    result_.by_thread.resize(static_cast<std::size_t>(threads));
    for (int thread = 0; thread < threads; ++thread) {
      const std::uint32_t processor =
          options.processor_of ? options.processor_of(thread) : static_cast<std::uint32_t>(thread);
      simulation_.spawn(processor, [this, thread] { visit(thread); });
    }
  }

  LoopResult run() {
    simulation_.run();
    const auto intervals =
        static_cast<double>(std::max<std::uint64_t>(result_.acquisitions, 2) - 1);
    result_.ns_per_acquisition = static_cast<double>(last_ - first_) / (kTicksPerNs * intervals);
    result_.transfers_per_acquisition =
        static_cast<double>(transfers_last_ - transfers_first_) / intervals;
    result_.handovers_per_acquisition =
        static_cast<double>(handovers_) / static_cast<double>(result_.acquisitions);
    return result_;
  }

 private:
  void visit(int thread) {
    auto& node = simulation_.make<typename Lock::Node>(simulation_.package());
    SplitMix random(options_.seed * 1000 + static_cast<std::uint64_t>(thread));
    // Threads that began at once would queue in the order of their numbers, for ever.
    simulation_.spend(random.below(static_cast<std::uint32_t>(options_.warm_up / 2 + 1)));
    while (simulation_.now() < options_.end) {
      const std::uint64_t before = all_;
      lock_.acquire(node);
      book(thread, all_ - before);
      if (options_.shared_counter)
        counter_.store(counter_.load(memory_order::relaxed) + 1, memory_order::relaxed);
      simulation_.spend(options_.exponential ? exponential(random, options_.inside)
                                             : options_.inside);
      if (--inside_ != 0) result_.excluded = false;
      lock_.release(node);
      think(random);
    }
  }

  void book(int thread, std::uint64_t bypasses) {
    if (inside_++ != 0) result_.excluded = false;
    ++all_;
    const bool is_handover = std::exchange(previous_, thread) != thread;
    if (simulation_.now() < options_.warm_up || simulation_.now() >= options_.end) return;
    const std::uint64_t transfers = simulation_.coherence().transfers();
    if (result_.acquisitions++ == 0) {
      first_ = simulation_.now();
      transfers_first_ = transfers;
    }
    last_ = simulation_.now();
    transfers_last_ = transfers;
    handovers_ += is_handover ? 1 : 0;
    result_.most_bypasses = std::max(result_.most_bypasses, bypasses);
    ++result_.by_thread[static_cast<std::size_t>(thread)];
  }

  void think(SplitMix& random) {
    if (options_.outside == 0) return;
    simulation_.spend(options_.exponential
                          ? exponential(random, options_.outside)
                          : options_.outside / 2 +
                                random.below(static_cast<std::uint32_t>(options_.outside)));
  }

  LoopOptions options_;
  Simulation simulation_;
  Lock& lock_;
  Simulated::Cell<std::uint64_t>& counter_;
  LoopResult result_;
  int inside_ = 0;
  int previous_ = -1;
  std::uint64_t all_ = 0;
  std::uint64_t handovers_ = 0;
  Ticks first_ = 0;
  Ticks last_ = 0;
  std::uint64_t transfers_first_ = 0;
  std::uint64_t transfers_last_ = 0;
};

template <template <class> class LockOver>
LoopResult run_loop(const Model& model, int threads, const LoopOptions& options) {
  return LockLoop<LockOver>(model, threads, options).run();
}

}  // namespace spinlab::simulated
