// Part: some bytes of a simulated cell, as cell.part<U, kIndex>() gives them.
//
// An access to a part is an access to the cell's line; a store takes no more than a plain store.
#pragma once

#include <cstddef>
#include <type_traits>

#include "machines/machine.hpp"

namespace spinlab::simulated {

template <class Cell, class U, std::size_t kIndex>
class Part {
  static_assert(std::is_unsigned_v<U>);

 public:
  explicit Part(Cell& cell) : cell_(cell) {}

  U load(memory_order) const {
    return cell_.read([this] { return extract(cell_.value_); });
  }
  void store(U value, memory_order) {
    cell_.write([this, value] { cell_.value_ = merge(cell_.value_, value); });
  }
  U exchange(U value, memory_order) {
    return extract(cell_.update([value](auto whole) { return merge(whole, value); }));
  }

 private:
  static constexpr unsigned kShift = 8 * sizeof(U) * kIndex;

  template <class Whole>
  static U extract(Whole whole) {
    return static_cast<U>(whole >> kShift);
  }
  template <class Whole>
  static Whole merge(Whole whole, U value) {
    const auto mask = static_cast<Whole>(Whole{static_cast<U>(~U{0})} << kShift);
    return static_cast<Whole>((whole & ~mask) | static_cast<Whole>(Whole{value} << kShift));
  }

  Cell& cell_;
};

}  // namespace spinlab::simulated
