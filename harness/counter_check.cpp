#include "harness/counter_check.hpp"

#include <cstddef>
#include <memory>

#include "harness/clock.hpp"
#include "harness/hand_over.hpp"
#include "harness/pinned_thread.hpp"
#include "machines/native/processor.h"

namespace spinlab {
namespace {

constexpr std::uint64_t kTurns = 2'000;
constexpr std::uint64_t kDeadlineNs = 20'000'000;
constexpr double kToleranceNs = 100;

// Takes every second turn from `first` on; true if no message came from the future.
bool exchange_stamps(TurnLine& line, const Deadline& deadline, std::uint64_t first,
                     std::uint64_t tolerance_ticks) {
  for (std::uint64_t turn = first; turn < kTurns; turn += 2) {
    // What could not be looked at is no contradiction.
    if (!deadline.await(line, turn)) return true;
    const std::uint64_t now = spinlab_ticks();
    if (now + tolerance_ticks < line.message) return false;
    line.message = spinlab_ticks();
    // release: the message goes with the turn.
    line.turn.store(turn + 1, std::memory_order::release);
  }
  return true;
}

bool agree(int one, int other) {
  const auto line = std::make_unique<TurnLine>();
  const std::uint64_t tolerance = ticks_from_ns(kToleranceNs);
  const Deadline deadline(kDeadlineNs);
  bool one_agrees = true;
  bool other_agrees = true;
  {
    const PinnedThread first(one,
                             [&] { one_agrees = exchange_stamps(*line, deadline, 0, tolerance); });
    const PinnedThread second(
        other, [&] { other_agrees = exchange_stamps(*line, deadline, 1, tolerance); });
  }
  return one_agrees && other_agrees;
}

}  // namespace

bool counter_is_monotone_across(const std::vector<int>& processors) {
  for (std::size_t i = 1; i < processors.size(); ++i) {
    if (!agree(processors[i - 1], processors[i])) return false;
  }
  return true;
}

}  // namespace spinlab
