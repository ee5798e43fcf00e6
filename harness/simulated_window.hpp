// A window on the simulated machine: the loop of the native windows (timed_loop.h) in simulated
// time, with the same metrics.
//
// A tenth of the window's length goes by before it begins. Nothing interrupts a simulated thread
// but the simulated scheduler, so the window is one slice, and always kept.
// Deterministic: equal shapes and options give equal outcomes on every host.
// Thread safety: windows are independent of each other.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "algorithms/lock.hpp"
#include "harness/simulation_trace.hpp"
#include "harness/timed_loop.h"
#include "harness/window.hpp"
#include "harness/workload.hpp"
#include "machines/simulated/simulated.hpp"

namespace spinlab {

struct SimulatedShape {
  const simulated::Model* model = nullptr;
  Workload workload{};
  std::vector<int> processors;  // Of the model, in thread order.
  bool lock_per_thread = false;
  std::uint16_t home = 0;  // The package in whose memory the locks lie.
};

struct SimulatedOutcome {
  WindowMetrics metrics;         // Its counters end with line_transfers_per_acquisition.
  std::uint64_t operations = 0;  // Accesses to shared memory that were simulated.
};

// Throws std::runtime_error if the threads come to wait for each other for ever.
using RunSimulatedWindow = SimulatedOutcome (*)(const SimulatedShape& shape,
                                                const WindowOptions& options,
                                                SimulationTrace* trace);

// What is the same for every lock: the section, think time and the books.
class SimulatedTeam {
 public:
  // All must outlive this; `trace` may be null.
  SimulatedTeam(const SimulatedShape& shape, const WindowOptions& options, SimulationTrace* trace);

  // The line that every section writes: the lock's, or one of its own.
  struct Check {
    Simulated::Cell<std::uint64_t> owner{0};
    // Nothing of the simulated machine: it is how a broken lock is noticed.
    std::uint32_t inside = 0;
    int last = -1;
  };

  // Each thread visits its lock until the window is over.
  template <template <class> class LockOver>
  SimulatedOutcome run();

 private:
  template <class Lock>
  struct LockAndCheck {
    Lock lock;
    Check check;
  };
  struct alignas(Simulated::kLineBytes) PrivateLine {
    Simulated::Cell<std::uint64_t> word{0};
  };
  template <class Lock>
  struct Door {
    Lock* lock;
    Check* check;
  };

  template <class Lock>
  Door<Lock> place_lock();
  template <class Lock>
  void visit(int thread, Door<Lock> door);
  template <class Lock, class Node>
  static void acquire(Lock& lock, Node& node);
  template <class Lock, class Node>
  static void release(Lock& lock, Node& node);
  std::vector<PrivateLine*> place_private_lines();
  void start(std::uint64_t& random_state);
  void section(Check& check, const std::vector<PrivateLine*>& lines);
  void book(int thread, Check& check, simulated::Ticks begin);
  void think(std::uint64_t& random_state);
  SimulatedOutcome outcome();

  const SimulatedShape& shape_;
  const WindowOptions& options_;
  SimulationTrace* trace_;
  simulated::Simulation simulation_;
  simulated::Ticks begin_;
  simulated::Ticks end_;
  bool began_ = false;
  std::uint64_t transfers_before_ = 0;
  std::uint64_t transfers_after_ = 0;
  bool exclusion_violated_ = false;
  std::vector<std::unique_ptr<spinlab_worker>> workers_;
  std::vector<std::uint64_t> runs_;  // Of acquisitions in a row, by thread.
};

template <class Lock>
SimulatedTeam::Door<Lock> SimulatedTeam::place_lock() {
  if (shape_.workload.check_on_lock_line) {
    auto& both = simulation_.make<LockAndCheck<Lock>>(shape_.home);
    return {&both.lock, &both.check};
  }
  return {&simulation_.make<Lock>(shape_.home), &simulation_.make<Check>(shape_.home)};
}

template <template <class> class LockOver>
SimulatedOutcome SimulatedTeam::run() {
  using Lock = LockOver<Simulated>;
  const auto threads = static_cast<int>(shape_.processors.size());
  Door<Lock> door{};
  for (int thread = 0; thread < threads; ++thread) {
    if (thread == 0 || shape_.lock_per_thread) door = place_lock<Lock>();
    simulation_.spawn(
        static_cast<std::uint32_t>(shape_.processors[static_cast<std::size_t>(thread)]),
        [this, thread, door] { visit(thread, door); });
  }
  simulation_.run();
  return outcome();
}

template <class Lock>
void SimulatedTeam::visit(int thread, Door<Lock> door) {
  auto& node = simulation_.make<typename Lock::Node>(simulation_.package());
  const std::vector<PrivateLine*> lines = place_private_lines();
  // Never 0, from which the generator would not move.
  std::uint64_t random_state = SplitMix(options_.seed + static_cast<std::uint64_t>(thread))() | 1U;
  start(random_state);
  while (simulation_.now() < end_) {
    const simulated::Ticks begin = simulation_.now();
    acquire(*door.lock, node);
    book(thread, *door.check, begin);
    section(*door.check, lines);
    const simulated::Ticks releases = simulation_.now();
    release(*door.lock, node);
    if (trace_ != nullptr) trace_->left(thread, releases, simulation_.now());
    think(random_state);
  }
}

// A lock with a plain door is that one, as natively.
template <class Lock, class Node>
void SimulatedTeam::acquire(Lock& lock, Node& node) {
  if constexpr (PlainDoorLock<Lock>) {
    lock.acquire_plain();
  } else {
    lock.acquire(node);
  }
}

template <class Lock, class Node>
void SimulatedTeam::release(Lock& lock, Node& node) {
  if constexpr (PlainDoorLock<Lock>) {
    lock.release_plain();
  } else {
    lock.release(node);
  }
}

}  // namespace spinlab
