// The costs of line_costs.hpp that need more than one processor.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "harness/clock.hpp"
#include "harness/delay.hpp"
#include "harness/hand_over.hpp"
#include "harness/interruptions.hpp"
#include "harness/line_costs.hpp"
#include "harness/pinned_thread.hpp"
#include "harness/statistics.hpp"
#include "machines/native/processor.h"

namespace spinlab {
namespace {

constexpr std::uint64_t kTrials = 201;
constexpr std::uint64_t kLimitNs = 1'000'000'000;

// A median of fewer says nothing.
constexpr std::size_t kFewTrials = 20;

class DirtyReadTrials {
 public:
  // Each in its own thread.
  void write_turns() {
    for (std::uint64_t turn = 1; turn < 4 * kTrials; turn += 2) {
      for (Line& line : lines_) line.value.fetch_add(1, std::memory_order::relaxed);
      turn_.turn.store(turn, std::memory_order::release);
      if (!deadline_.await(turn_, turn + 1)) return;
    }
  }
  void measure_turns() {
    for (std::uint64_t turn = 1; turn < 4 * kTrials; turn += 4) {
      const long switches = involuntary_switches();
      if (!deadline_.await(turn_, turn)) return;
      const double unread = change_all();
      const double owned = change_all();
      turn_.turn.store(turn + 1, std::memory_order::release);
      if (!deadline_.await(turn_, turn + 2)) return;
      for (Line& line : lines_) line.value.load(std::memory_order::acquire);
      const double read = change_all();
      turn_.turn.store(turn + 3, std::memory_order::release);
      if (involuntary_switches() != switches) continue;
      unread_.push_back(unread);
      owned_.push_back(owned);
      read_.push_back(read);
    }
  }

  // After both have ended.
  std::optional<DirtyRead> medians() const {
    if (unread_.size() < kFewTrials) return std::nullopt;
    return DirtyRead{
        .unread_ns = median(unread_), .read_ns = median(read_), .owned_ns = median(owned_)};
  }

 private:
  // Two pairs of lines apart, so that fetching neighbours brings none of the others.
  struct alignas(256) Line {
    std::atomic<std::uint64_t> value{0};
  };
  static constexpr std::size_t kLines = 32;

  // One after the other: each address depends on the result before.
  double change_all() {
    std::uint64_t zero = 0;
    __asm__ volatile("" : "+r"(zero));
    const std::uint64_t start = spinlab_ticks_in_order();
    std::uint64_t result = 0;
    for (std::size_t i = 0; i < kLines; ++i) {
      result = lines_[i + (result & zero)].value.fetch_add(1, std::memory_order::acq_rel);
    }
    return ns_from_ticks(spinlab_ticks_in_order() - start) / static_cast<double>(kLines);
  }

  TurnLine turn_;
  std::array<Line, kLines> lines_;
  alignas(128) Deadline deadline_{kLimitNs};
  std::vector<double> unread_;
  std::vector<double> read_;
  std::vector<double> owned_;
};

// The low half of the line's word counts for the owner, the high half for the one that asks for it.
class HoldTrials {
 public:
  void count() {
    for (std::size_t i = 0; i < begins_.size() && !ended_.load(std::memory_order::relaxed); ++i) {
      begins_[i] = spinlab_ticks_in_order();
      line_.turn.fetch_add(1, std::memory_order::acq_rel);
      counted_ = i + 1;
    }
  }

  void ask(double iterations_per_ns) {
    own_ns_ = own_cost();
    for (int request = 0; request < kRequests; ++request) {
      spinlab_delay(static_cast<std::uint64_t>(kBetweenNs * iterations_per_ns));
      const long switches = involuntary_switches();
      const std::uint64_t begin = spinlab_ticks_in_order();
      const std::uint64_t seen = line_.turn.fetch_add(kAsked, std::memory_order::acq_rel);
      const std::uint64_t end = spinlab_ticks_in_order();
      if (involuntary_switches() != switches) continue;
      const double ns = ns_from_ticks(end - begin) - own_ns_;
      if (ns > 0) requests_.push_back({begin, seen % kAsked, ns});
    }
    ended_.store(true, std::memory_order::relaxed);
  }

  // After both have ended: per cent of each transfer until the owner's first miss. Empty if most
  // transfers are not much longer than a count, whose own length then says more than the line's.
  std::vector<double> percents() const {
    std::vector<double> all;
    std::vector<double> transfers;
    for (const Request& request : requests_) transfers.push_back(request.ns);
    if (transfers.empty() || median(transfers) < kMuchLonger * own_ns_) return all;
    for (const Request& request : requests_) {
      // Before its first count and after its last one the owner was not counting.
      if (request.count == 0 || request.count >= counted_) continue;
      const auto until_miss =
          static_cast<double>(static_cast<std::int64_t>(begins_[request.count] - request.begin));
      const double percent = 100 * until_miss * ns_per_tick() / request.ns;
      // Between two counts that far from the request, the owner was switched out.
      if (percent > -kFarPercent && percent < kFarPercent) all.push_back(percent);
    }
    return all;
  }

 private:
  struct Request {
    std::uint64_t begin = 0;
    std::uint64_t count = 0;  // Of the owner when the line left it.
    double ns = 0;            // The transfer.
  };
  static constexpr std::uint64_t kAsked = std::uint64_t{1} << 32;
  static constexpr int kRequests = 2000;
  static constexpr double kBetweenNs = 1000;
  static constexpr std::size_t kMostCounts = 1 << 18;
  static constexpr double kFarPercent = 300;
  static constexpr double kMuchLonger = 3;

  // What a request takes whose line is there.
  static double own_cost() {
    TurnLine own;
    std::vector<double> costs;
    for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
      const std::uint64_t begin = spinlab_ticks_in_order();
      own.turn.fetch_add(kAsked, std::memory_order::acq_rel);
      costs.push_back(ns_from_ticks(spinlab_ticks_in_order() - begin));
    }
    return median(costs);
  }

  TurnLine line_;
  alignas(128) std::atomic<bool> ended_{false};
  std::vector<std::uint64_t> begins_ = std::vector<std::uint64_t>(kMostCounts);
  std::size_t counted_ = 0;
  alignas(128) std::vector<Request> requests_;
  double own_ns_ = 0;
};

std::optional<double> hold_of(int owner, int asker) {
  const auto trials = std::make_unique<HoldTrials>();
  const double rate = delay_iterations_per_ns(asker);
  bool pinned = true;
  {
    const PinnedThread counting(owner, [&] { trials->count(); });
    const PinnedThread asking(asker, [&] { trials->ask(rate); });
    pinned = counting.pinned() && asking.pinned();
  }
  const std::vector<double> percents = trials->percents();
  if (!pinned || percents.size() < kFewTrials) return std::nullopt;
  return median(percents);
}

// A writer and k readers, each of which notes when it saw the turn.
class ReaderTrials {
 public:
  explicit ReaderTrials(std::size_t readers) : seen_(readers) {}

  void read(std::size_t reader) {
    for (std::uint64_t turn = 1; turn <= kTrials; ++turn) {
      if (!deadline_.await(line_, turn)) return;
      seen_[reader].message = spinlab_ticks();
      seen_[reader].turn.store(turn, std::memory_order::release);
    }
  }

  void write(double iterations_per_ns) {
    for (std::uint64_t turn = 1; turn <= kTrials; ++turn) {
      // All readers have come to wait by then, with copies of the line.
      spinlab_delay(static_cast<std::uint64_t>(kSettleNs * iterations_per_ns));
      const std::uint64_t begin = spinlab_ticks_in_order();
      line_.turn.store(turn, std::memory_order::release);
      std::uint64_t last = begin;
      for (const TurnLine& reader : seen_) {
        if (!deadline_.await(reader, turn)) return;
        last = std::max(last, reader.message);
      }
      ns_.push_back(ns_from_ticks(last - begin));
    }
  }

  const std::vector<double>& ns() const { return ns_; }

 private:
  static constexpr double kSettleNs = 2000;

  TurnLine line_;
  std::vector<TurnLine> seen_;
  alignas(128) Deadline deadline_{kLimitNs};
  std::vector<double> ns_;
};

// Until the last of the readers has seen a write, for each write; empty if pinning is refused.
std::vector<double> until_last_reader(const std::vector<int>& processors, std::size_t readers) {
  const auto trials = std::make_unique<ReaderTrials>(readers);
  const double rate = delay_iterations_per_ns(processors.front());
  bool pinned = true;
  {
    std::vector<PinnedThread> threads;
    for (std::size_t reader = 0; reader < readers; ++reader)
      threads.emplace_back(processors[reader + 1], [&trials, reader] { trials->read(reader); });
    threads.emplace_back(processors.front(), [&] { trials->write(rate); });
    for (const PinnedThread& thread : threads) pinned = pinned && thread.pinned();
  }
  return pinned ? trials->ns() : std::vector<double>();
}

}  // namespace

std::optional<DirtyRead> measure_dirty_read(int writer, int reader) {
  const auto trials = std::make_unique<DirtyReadTrials>();
  bool pinned = true;
  {
    const PinnedThread writing(writer, [&] { trials->write_turns(); });
    const PinnedThread reading(reader, [&] { trials->measure_turns(); });
    pinned = writing.pinned() && reading.pinned();
  }
  return pinned ? trials->medians() : std::nullopt;
}

bool takes_over(const DirtyRead& costs) {
  return costs.read_ns < (costs.owned_ns + costs.unread_ns) / 2;
}

std::optional<double> measure_hold_percent(int one, int other) {
  const std::optional<double> there = hold_of(one, other);
  const std::optional<double> back = hold_of(other, one);
  if (!there || !back) return std::nullopt;
  return std::clamp((*there + *back) / 2, 0.0, 100.0);
}

std::vector<double> measure_read_occupancy(const std::vector<int>& processors) {
  constexpr std::size_t kMostReaders = 16;
  if (processors.size() < 3) return {};
  std::vector<std::vector<double>> by_readers;
  for (std::size_t readers = 1; readers < std::min(processors.size(), kMostReaders + 1); ++readers)
    by_readers.push_back(until_last_reader(processors, readers));
  std::size_t trials = kTrials;
  for (const std::vector<double>& ns : by_readers) trials = std::min(trials, ns.size());
  std::vector<double> slopes;
  for (std::size_t trial = 0; trial < trials; ++trial) {
    std::vector<double> ns;
    for (const std::vector<double>& of_readers : by_readers) ns.push_back(of_readers[trial]);
    slopes.push_back(std::max(0.0, slope_of(ns)));
  }
  return slopes;
}

}  // namespace spinlab
