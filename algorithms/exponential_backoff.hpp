// ExponentialBackoff: a pace (see machine.hpp) that relaxes for a random time below a bound, and
// doubles the bound each time that it is asked.
//
// Source     Anderson, IEEE TPDS 1(1), 1990, section on backoff; random draw as in Ethernet.
// Threads    one object an acquisition; not shared.
#pragma once

#include "machines/machine.hpp"

namespace spinlab {

template <Machine M, std::uint32_t kFirstUnits, std::uint32_t kMostUnits>
class ExponentialBackoff {
  static_assert(0 < kFirstUnits && kFirstUnits <= kMostUnits);

 public:
  // Units (see M::relax) to let pass before the next look: from 1 to the bound.
  template <class T>
  std::uint32_t operator()(T) {
    const std::uint32_t units = 1 + M::random(bound_units_);
    bound_units_ = bound_units_ < kMostUnits / 2 ? bound_units_ * 2 : kMostUnits;
    return units;
  }

 private:
  std::uint32_t bound_units_ = kFirstUnits;
};

}  // namespace spinlab
