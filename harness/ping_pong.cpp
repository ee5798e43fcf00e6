#include "harness/ping_pong.hpp"

#include <cstddef>
#include <limits>
#include <memory>
#include <set>

#include "harness/clock.hpp"
#include "harness/hand_over.hpp"
#include "harness/interruptions.hpp"
#include "harness/pinned_thread.hpp"
#include "harness/placement.hpp"
#include "harness/statistics.hpp"
#include "machines/native/processor.h"

namespace spinlab {
namespace {

constexpr int kWarmUpRoundTrips = 20;  // Starts both sides, and takes the line from where it was.
constexpr std::size_t kManyProcessors = 64;
constexpr int kSampleHalf = 16;

// One trial as one of its two threads saw it.
struct Trial {
  double one_way_ns = 0;
  bool disturbed = true;  // Until it has ended.
};

// Two threads on two processors, trial after trial. Both kinds are one protocol: turn t, odd, is
// the server's message in `ping`; turn t + 1 the returner's in `pong`; they may be the same line.
class Pair {
 public:
  Pair(bool one_line, const PingPongEffort& effort)
      : pong_(one_line ? ping_ : second_line_),
        round_trips_(effort.round_trips),
        deadline_(static_cast<std::uint64_t>(effort.pair_limit_ns)),
        served_(static_cast<std::size_t>(effort.trials)),
        returned_(static_cast<std::size_t>(effort.trials)) {}

  // Each in its own thread; at its end by the deadline in any case.
  void serve() {
    run_trials(served_, [this](std::uint64_t turn) { return serve_once(turn); });
  }
  void give_back() {
    run_trials(returned_, [this](std::uint64_t turn) { return return_once(turn); });
  }

  // After both threads have ended.
  std::vector<double> undisturbed_ns() const {
    std::vector<double> kept;
    for (std::size_t trial = 0; trial < served_.size(); ++trial) {
      if (served_[trial].disturbed || returned_[trial].disturbed) continue;
      kept.push_back(served_[trial].one_way_ns);
    }
    return kept;
  }

 private:
  bool serve_once(std::uint64_t turn) {
    ping_.turn.store(turn, std::memory_order::release);
    return deadline_.await(pong_, turn + 1);
  }

  bool return_once(std::uint64_t turn) {
    if (!deadline_.await(ping_, turn)) return false;
    pong_.turn.store(turn + 1, std::memory_order::release);
    return true;
  }

  template <class Once>
  void run_trials(std::vector<Trial>& trials, Once once) {
    std::uint64_t turn = 1;
    for (Trial& trial : trials) {
      if (!run_trial(trial, turn, once)) return;
    }
  }

  template <class Once>
  bool run_trial(Trial& trial, std::uint64_t& turn, Once once) {
    const long switches = involuntary_switches();
    for (int i = 0; i < kWarmUpRoundTrips; ++i, turn += 2) {
      if (!once(turn)) return false;
    }
    const std::uint64_t start = spinlab_ticks();
    for (int i = 0; i < round_trips_; ++i, turn += 2) {
      if (!once(turn)) return false;
    }
    trial.one_way_ns = ns_from_ticks(spinlab_ticks() - start) / (2.0 * round_trips_);
    trial.disturbed = involuntary_switches() != switches;
    return true;
  }

  TurnLine ping_;
  TurnLine second_line_;
  // The lines above are written all the time; from here on everything is only read.
  alignas(128) TurnLine& pong_;
  int round_trips_;
  Deadline deadline_;
  std::vector<Trial> served_;
  std::vector<Trial> returned_;
};

// The median of the pair's undisturbed trials, counted in `result`.
double measure_pair(int server, int returner, bool one_line, const PingPongEffort& effort,
                    PingPong& result) {
  const auto pair = std::make_unique<Pair>(one_line, effort);
  {
    const PinnedThread serving(server, [&] { pair->serve(); });
    const PinnedThread returning(returner, [&] { pair->give_back(); });
    result.pinned = result.pinned && serving.pinned() && returning.pinned();
  }
  const std::vector<double> kept = pair->undisturbed_ns();
  result.trials += effort.trials;
  result.trials_rejected += effort.trials - static_cast<int>(kept.size());
  return kept.empty() ? std::numeric_limits<double>::quiet_NaN() : median(kept);
}

}  // namespace

PingPongEffort PingPongEffort::quick() {
  PingPongEffort effort;
  effort.trials = 15;
  effort.pair_limit_ns = 60e6;
  return effort;
}

PingPong measure_ping_pong(const std::vector<int>& processors, const PingPongEffort& effort) {
  ns_per_tick();  // Measured now, not within the first pair's time.
  const std::size_t n = processors.size();
  PingPong result;
  result.processors = processors;
  result.one_line_ns.assign(n, std::vector<double>(n, 0.0));
  result.two_lines_ns = result.one_line_ns;
  int pairs_done = 0;
  const int pairs = static_cast<int>(n * (n - 1) / 2);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const auto measure = [&](bool one_line) {
        return measure_pair(processors[i], processors[j], one_line, effort, result);
      };
      result.one_line_ns[i][j] = result.one_line_ns[j][i] = measure(true);
      result.two_lines_ns[i][j] = result.two_lines_ns[j][i] = measure(false);
      if (effort.progress) effort.progress(++pairs_done, pairs);
    }
  }
  return result;
}

std::vector<int> ping_pong_processors(const Topology& topology, bool quick) {
  if (!quick || topology.processors().size() <= kManyProcessors) return topology.processors();
  std::set<int> sample;
  for (const std::string_view placement : {"compact", "scatter"}) {
    const std::vector<int> taken = place(topology, placement, kSampleHalf);
    sample.insert(taken.begin(), taken.end());
  }
  return {sample.begin(), sample.end()};
}

}  // namespace spinlab
