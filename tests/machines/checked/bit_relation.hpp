// A set of pairs of numbers below 32, for the axioms.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace spinlab::litmus {

class BitRelation {
 public:
  static constexpr std::size_t kMost = 32;

  void add(std::size_t from, std::size_t to) { rows_[from] |= std::uint32_t{1} << to; }
  bool has(std::size_t from, std::size_t to) const { return (rows_[from] >> to & 1) != 0; }

  BitRelation operator|(const BitRelation& other) const {
    BitRelation both = *this;
    for (std::size_t from = 0; from < kMost; ++from) both.rows_[from] |= other.rows_[from];
    return both;
  }

  // Pairs (a, c) with (a, b) here and (b, c) there.
  BitRelation then(const BitRelation& other) const {
    BitRelation composed;
    for (std::size_t from = 0; from < kMost; ++from)
      for (std::uint32_t left = rows_[from]; left != 0; left &= left - 1)
        composed.rows_[from] |= other.rows_[static_cast<std::size_t>(__builtin_ctz(left))];
    return composed;
  }

  BitRelation closed() const {
    BitRelation result = *this;
    for (std::size_t via = 0; via < kMost; ++via)
      for (std::size_t from = 0; from < kMost; ++from)
        if (result.has(from, via)) result.rows_[from] |= result.rows_[via];
    return result;
  }

  bool is_irreflexive() const {
    for (std::size_t at = 0; at < kMost; ++at)
      if (has(at, at)) return false;
    return true;
  }

 private:
  std::array<std::uint32_t, kMost> rows_{};
};

}  // namespace spinlab::litmus
