// Statistics of few, skewed measurements: medians with intervals that need no model of the noise.
//
// All functions are pure and may be called by any number of threads at once. Values must be finite.
// An empty sample is a defect of the caller: std::invalid_argument.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace spinlab {

// The value below which the share `q` (0 to 1) of the sample lies, interpolated linearly between
// its neighbours in rank (Hyndman and Fan's type 7, the default of R and numpy).
double quantile(std::span<const double> values, double q);

double median(std::span<const double> values);

struct Interval {
  double low = 0;
  double high = 0;
  bool reaches_95 = false;  // It covers the true value in at least 95 % of samples.

  friend bool operator==(const Interval&, const Interval&) = default;
};

// The smallest interval that contains both, and reaches 95 % if one of them does.
Interval hull(const Interval& left, const Interval& right);

// The rank k, counted from 1, such that the k-th smallest and the k-th largest of n independent
// values enclose their distribution's median in at least 95 % of samples, whatever the distribution
// is: the largest k with 2 P[Binomial(n, 1/2) < k] <= 5 %. None for n < 6.
std::optional<std::size_t> rank_of_95_interval(std::size_t n);

// The interval of the median between those ranks; smallest to largest value for n < 6, which does
// not reach 95 %. (The percentile bootstrap is narrower, but covers only 94 % at n = 5 to 40.)
Interval interval_of_median(std::span<const double> values);

struct Estimate {
  double median = 0;
  Interval interval;
  std::size_t n = 0;
};

Estimate estimate_median(std::span<const double> values);

// Jain's index of fairness of non-negative shares: 1 if all are equal, 1/n if one has everything.
// If all are zero, nobody is preferred: 1.
double jain_index(std::span<const double> shares);

struct BlockValue {
  int block = 0;
  double value = 0;
};

// One median a block, in the order of block numbers.
std::vector<BlockValue> medians_of_blocks(std::span<const BlockValue> values);

// For each block that measured both: the median of `numerator` over the median of `denominator`.
// What drifts from block to block changes both alike and cancels. Blocks whose denominator is not
// positive are left out. Empty if no block remains, or if a sample is empty.
std::vector<double> paired_ratios(std::span<const BlockValue> numerator,
                                  std::span<const BlockValue> denominator);

// What a ratio is claimed to be: at most, or at least, `value`.
struct RatioBound {
  enum class Side { kAtMost, kAtLeast };
  double value = 1;
  Side side = Side::kAtMost;

  bool is_met_by(double ratio) const {
    return side == Side::kAtMost ? ratio <= value : ratio >= value;
  }
};

enum class Verdict { kHolds, kDoesNotHold, kCannotTell };

// An interval of a paired ratio is precise if it ends less than this share of the median away from
// the median, on either side.
inline constexpr double kPreciseShare = 0.10;

// kHolds: the median of the ratios meets the bound and its 95 % interval is precise.
// kDoesNotHold: the median misses the bound and the interval is precise, or all of it misses.
// kCannotTell: anything else, fewer than 6 ratios included. It counts as not shown.
Verdict verdict_of_pair(std::span<const double> ratios, RatioBound bound);

const char* to_string(Verdict verdict);

}  // namespace spinlab
