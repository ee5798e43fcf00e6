#include "harness/line_costs.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "harness/clock.hpp"
#include "harness/interruptions.hpp"
#include "harness/pinned_thread.hpp"
#include "harness/statistics.hpp"
#include "machines/native/processor.h"
#include "machines/splitmix.hpp"

namespace spinlab {
namespace {

constexpr int kTrials = 101;
constexpr int kCallsInTrial = 2000;
// Far fewer than the first cache has sets, on few pages; read in an order that no prefetcher knows.
constexpr std::size_t kFlushedLines = 64;
constexpr std::size_t kStride = 1024;

using Cell = std::atomic<std::uint64_t>;
struct alignas(128) Word {
  Cell value{0};
};

// A value that the compiler knows nothing of.
std::uint64_t opaque(std::uint64_t value) {
  __asm__ volatile("" : "+r"(value));
  return value;
}

// ns a call, by trials. `calls` makes as many as it is told.
template <class Calls>
std::vector<double> trials_of(int calls_in_trial, Calls calls) {
  std::vector<double> trials;
  for (int trial = 0; trial < kTrials; ++trial) {
    const long switches = involuntary_switches();
    const std::uint64_t start = spinlab_ticks_in_order();
    calls(calls_in_trial);
    const std::uint64_t end = spinlab_ticks_in_order();
    if (involuntary_switches() == switches)
      trials.push_back(ns_from_ticks(end - start) / calls_in_trial);
  }
  return trials;
}

constexpr int kHitsInTurn = 8;

// What each of kHitsInTurn accesses to other words adds to a turn with a locked operation and a store,
// which is what an acquisition has at least.
template <class Hit>
std::vector<double> added_by_hits(Hit hit) {
  const auto locked = std::make_unique<Word>();
  const auto words = std::make_unique<std::array<Cell, kHitsInTurn>>();
  const auto turns = [&](auto hits_in_turn) {
    return trials_of(kCallsInTrial, [&](int calls) {
      for (int i = 0; i < calls; ++i) {
        locked->value.exchange(1, std::memory_order::acquire);
        for (int word = 0; word < hits_in_turn(); ++word)
          hit((*words)[static_cast<std::size_t>(word)]);
        locked->value.store(0, std::memory_order::release);
      }
    });
  };
  std::vector<double> with = turns([] { return kHitsInTurn; });
  const std::vector<double> without = turns([] { return 0; });
  const double base_ns = without.empty() ? 0 : median(without);
  for (double& ns : with) ns = std::max(0.0, ns - base_ns) / kHitsInTurn;
  return with;
}

// Each address is the value of the load before.
std::vector<double> dependent_load_trials(Word& word) {
  const auto base = reinterpret_cast<std::uintptr_t>(&word.value);
  // The word holds its own address.
  word.value.store(base, std::memory_order::relaxed);
  return trials_of(kCallsInTrial, [base](int calls) {
    std::uintptr_t at = base;
    for (int i = 0; i < calls; ++i) {
      at = reinterpret_cast<const Cell*>(at)->load(std::memory_order::relaxed);
    }
    opaque(at);
  });
}

// The same, and between two loads a test and an addition: what these add.
std::vector<double> operation_trials(Word& word) {
  const std::vector<double> loads = dependent_load_trials(word);
  const double load_ns = loads.empty() ? 0 : median(loads);
  const auto base = reinterpret_cast<std::uintptr_t>(&word.value);
  word.value.store(base, std::memory_order::relaxed);
  const std::uint64_t step = opaque(0);
  std::vector<double> trials = trials_of(kCallsInTrial, [base, step](int calls) {
    std::uintptr_t at = base;
    for (int i = 0; i < calls; ++i) {
      const std::uint64_t value =
          reinterpret_cast<const Cell*>(at)->load(std::memory_order::relaxed);
      if (value == 0) break;
      at = opaque(value + step);
    }
    opaque(at);
  });
  for (double& ns : trials) ns = ns > load_ns ? ns - load_ns : 0;
  return trials;
}

// Lines that are a ring in random order.
class Ring {
 public:
  Ring() {
    std::array<std::size_t, kFlushedLines> order;
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    SplitMix random(1);
    for (std::size_t i = order.size() - 1; i > 0; --i)
      std::swap(order[i], order[random() % (i + 1)]);
    for (std::size_t i = 0; i < order.size(); ++i)
      nodes_[order[i]].next = &nodes_[order[(i + 1) % order.size()]];
  }

  void flush() const {
    for (const Node& node : nodes_) spinlab_flush_line(&node);
  }
  void walk_around() const {
    const Node* at = nodes_.data();
    for (std::size_t i = 0; i < kFlushedLines; ++i) at = at->next.load(std::memory_order::relaxed);
    opaque(reinterpret_cast<std::uintptr_t>(at));
  }

 private:
  struct alignas(kStride) Node {
    std::atomic<const Node*> next{nullptr};
  };
  std::array<Node, kFlushedLines> nodes_;
};

std::vector<double> memory_trials() {
  const auto ring = std::make_unique<const Ring>();
  std::vector<double> all;
  for (int trial = 0; trial < kTrials; ++trial) {
    ring->flush();
    const long switches = involuntary_switches();
    const std::uint64_t start = spinlab_ticks_in_order();
    ring->walk_around();
    const std::uint64_t end = spinlab_ticks_in_order();
    if (involuntary_switches() == switches)
      all.push_back(ns_from_ticks(end - start) / kFlushedLines);
  }
  return all;
}

CoreCosts measure_here() {
  const auto word = std::make_unique<Word>();
  CoreCosts costs;
  costs.load_hit =
      added_by_hits([](const Cell& cell) { opaque(cell.load(std::memory_order::relaxed)); });
  costs.store_hit = added_by_hits([](Cell& cell) { cell.store(1, std::memory_order::relaxed); });
  costs.rmw = trials_of(kCallsInTrial, [&word](int calls) {
    std::uint64_t operand = 1;
    for (int i = 0; i < calls; ++i)
      operand = word->value.fetch_add(operand, std::memory_order::acq_rel);
    opaque(operand);
  });
  costs.operation = operation_trials(*word);
  costs.pause = trials_of(kCallsInTrial, [](int calls) {
    for (int i = 0; i < calls; ++i) spinlab_pause();
  });
  costs.memory = memory_trials();
  return costs;
}

}  // namespace

CoreCosts measure_core_costs(int processor) {
  ns_per_tick();  // Measured now, not within a trial.
  CoreCosts costs;
  PinnedThread(processor, [&costs] { costs = measure_here(); }).join();
  return costs;
}

double slope_of(const std::vector<double>& values) {
  const double middle = (static_cast<double>(values.size()) - 1) / 2;
  double products = 0;
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double distance = static_cast<double>(i) - middle;
    products += distance * values[i];
    squares += distance * distance;
  }
  return products / squares;
}

}  // namespace spinlab
