// A part of a native cell: the byte or half of a word that a lock writes on its own.
//
// C++ has no atomic access to a part of an atomic object; processors do, and order it with accesses
// to the whole. The compiler's own operations on a type that may alias say just that.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace spinlab {

template <class U>
class NativePart {
  static_assert(std::endian::native == std::endian::little);  // Part 0 is the lowest.

 public:
  explicit NativePart(std::byte* bytes) : part_(reinterpret_cast<Alias*>(bytes)) {}

  U load(std::memory_order order) const { return __atomic_load_n(part_, static_cast<int>(order)); }
  void store(U value, std::memory_order order) {
    __atomic_store_n(part_, value, static_cast<int>(order));
  }
  U exchange(U value, std::memory_order order) {
    return __atomic_exchange_n(part_, value, static_cast<int>(order));
  }

 private:
  typedef U Alias __attribute__((__may_alias__));

  Alias* part_;
};

}  // namespace spinlab
