// LookCostPace: a pace (see machine.hpp) that leaves a line alone for some times as long as the look
// at it took: kFirst times after the first look, then twice as many each time, up to kMost.
//
// A look that must fetch the line takes it from whoever works with it, and that thread must fetch it
// back. So what looks cost others is the same share of their time however far apart the processors
// are, where a pace in pauses is right for one distance only. A look that finds the line as it was
// takes next to nothing, from nobody, and the next one comes soon.
// Threads    one object a wait; not shared.
#pragma once

#include "machines/machine.hpp"

namespace spinlab {

template <std::uint32_t kFirst, std::uint32_t kMost = kFirst>
class LookCostPace {
  static_assert(0 < kFirst && kFirst <= kMost);

 public:
  template <class T>
  std::uint32_t operator()(T, std::uint32_t cost_units) {
    const std::uint32_t units = times_ * cost_units;
    times_ = times_ < kMost / 2 ? times_ * 2 : kMost;
    return units;
  }

 private:
  std::uint32_t times_ = kFirst;
};

}  // namespace spinlab
