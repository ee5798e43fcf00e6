#include "harness/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>

namespace spinlab {
namespace {

constexpr double kMissShare = 0.05;

std::vector<double> sorted(std::span<const double> values) {
  if (values.empty()) throw std::invalid_argument("a statistic of an empty sample");
  std::vector<double> result(values.begin(), values.end());
  std::ranges::sort(result);
  return result;
}

double quantile_of_sorted(const std::vector<double>& values, double q) {
  const double position = std::clamp(q, 0.0, 1.0) * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], position - static_cast<double>(below));
}

bool is_precise(const Estimate& ratio) {
  const double reach = kPreciseShare * std::abs(ratio.median);
  return ratio.interval.reaches_95 && ratio.interval.high - ratio.median < reach &&
         ratio.median - ratio.interval.low < reach;
}

}  // namespace

double quantile(std::span<const double> values, double q) {
  return quantile_of_sorted(sorted(values), q);
}

double median(std::span<const double> values) { return quantile(values, 0.5); }

Interval hull(const Interval& left, const Interval& right) {
  return {.low = std::min(left.low, right.low),
          .high = std::max(left.high, right.high),
          .reaches_95 = left.reaches_95 || right.reaches_95};
}

std::optional<std::size_t> rank_of_95_interval(std::size_t n) {
  // Probabilities as logarithms: 2^-n itself is zero in a double from n = 1075 on.
  const auto count = static_cast<double>(n);
  double log_probability = -count * std::log(2.0);
  double below = 0;
  std::size_t rank = 0;
  for (; rank <= n; ++rank) {
    below += std::exp(log_probability);
    if (2 * below > kMissShare) break;
    const auto successes = static_cast<double>(rank);
    log_probability += std::log((count - successes) / (successes + 1));
  }
  if (rank == 0) return std::nullopt;
  return rank;
}

Interval interval_of_median(std::span<const double> values) {
  const std::vector<double> ranked = sorted(values);
  const auto rank = rank_of_95_interval(ranked.size());
  if (!rank) return {.low = ranked.front(), .high = ranked.back(), .reaches_95 = false};
  return {.low = ranked[*rank - 1], .high = ranked[ranked.size() - *rank], .reaches_95 = true};
}

Estimate estimate_median(std::span<const double> values) {
  return {.median = median(values), .interval = interval_of_median(values), .n = values.size()};
}

double jain_index(std::span<const double> shares) {
  if (shares.empty()) throw std::invalid_argument("Jain's index of no shares");
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  const double squares = std::inner_product(shares.begin(), shares.end(), shares.begin(), 0.0);
  if (squares == 0) return 1;
  return sum * sum / (static_cast<double>(shares.size()) * squares);
}

std::vector<BlockValue> medians_of_blocks(std::span<const BlockValue> values) {
  std::map<int, std::vector<double>> blocks;
  for (const auto& [block, value] : values) blocks[block].push_back(value);
  std::vector<BlockValue> result;
  for (const auto& [block, sample] : blocks) {
    result.push_back({.block = block, .value = median(sample)});
  }
  return result;
}

std::vector<double> paired_ratios(std::span<const BlockValue> numerator,
                                  std::span<const BlockValue> denominator) {
  const std::vector<BlockValue> tops = medians_of_blocks(numerator);
  const std::vector<BlockValue> bottoms = medians_of_blocks(denominator);
  std::vector<double> ratios;
  for (const auto& [block, top] : tops) {
    const auto bottom = std::ranges::lower_bound(bottoms, block, {}, &BlockValue::block);
    if (bottom == bottoms.end() || bottom->block != block || bottom->value <= 0) continue;
    ratios.push_back(top / bottom->value);
  }
  return ratios;
}

Verdict verdict_of_pair(std::span<const double> ratios, RatioBound bound) {
  if (ratios.empty()) return Verdict::kCannotTell;
  const Estimate ratio = estimate_median(ratios);
  if (!ratio.interval.reaches_95) return Verdict::kCannotTell;
  const bool all_misses =
      !bound.is_met_by(ratio.interval.low) && !bound.is_met_by(ratio.interval.high);
  if (all_misses) return Verdict::kDoesNotHold;
  if (!is_precise(ratio)) return Verdict::kCannotTell;
  return bound.is_met_by(ratio.median) ? Verdict::kHolds : Verdict::kDoesNotHold;
}

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return "holds";
    case Verdict::kDoesNotHold:
      return "does not hold";
    case Verdict::kCannotTell:
      return "cannot tell";
  }
  return "cannot tell";
}

}  // namespace spinlab
