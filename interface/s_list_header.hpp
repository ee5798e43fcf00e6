// WideSListHeader: an SLIST_HEADER as SList wants it, on the native machine.
//
// Loads are two of 8 bytes, changes are one of 16.
#pragma once

#include "algorithms/s_list.hpp"
#include "machines/native/wide_exchange.hpp"

namespace spinlab {

template <Machine M, class Entry>
class WideSListHeader {
 public:
  using Top = SListTop<Entry>;

  Top load(memory_order order) const {
    const std::uint64_t counts = words_.load_low(order);
    return {counts & kDepthMask, counts >> kDepthBits,
            reinterpret_cast<Entry*>(words_.load_high(memory_order::relaxed))};
  }

  bool push(Top expected, Top top) { return replace(expected, top); }
  bool take(Top expected, Top top) { return replace(expected, top); }

 private:
  bool replace(Top expected, Top top) {
    return words_.compare_exchange(low(expected), high(expected), low(top), high(top));
  }

  static constexpr unsigned kDepthBits = 16;
  static constexpr std::uint64_t kDepthMask = (1U << kDepthBits) - 1;

  static std::uint64_t low(Top top) {
    return top.sequence << kDepthBits | (top.depth & kDepthMask);
  }
  // An aligned address is a NextEntry with four bits of zeros before it.
  static std::uint64_t high(Top top) { return reinterpret_cast<std::uintptr_t>(top.first); }

  NativeWideWord words_;
};

}  // namespace spinlab
