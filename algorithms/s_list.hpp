// SList: a lock-free stack of entries that the caller owns, with a depth and a sequence number
// beside the pointer to the first entry.
//
// Source     Treiber, "Systems Programming: Coping with Parallelism", IBM RJ 5118, 1986: the list
//            and its version number, after IBM's System/370 Principles of Operation.
// Progress   lock-free: an operation is repeated only because another one succeeded.
// Space      one header of two words, one word in each entry.
// Traffic    uncontended operation: one compare-exchange on the header; a pop reads the entry.
//
// Invariants
//   I1  The header's first entry is null iff the list is empty; each entry's next is the one below.
//   I2  The sequence grows by one with each push, and with nothing else. Between two pushes the
//       depth only shrinks. So (depth, sequence) never returns, up to their widths, and names one
//       first entry: a compare-exchange that finds both changed finds every change.
//   I3  An entry is written only by the thread that owns it, which is the one that pushes it, until
//       its compare-exchange succeeds.
#pragma once

#include <cstdint>

#include "machines/machine.hpp"

namespace spinlab {

// An entry of an S-list: constructed anew with each push.
template <Machine M>
struct alignas(16) SListEntry {
  typename M::template Cell<SListEntry*> next{nullptr};
};

// What a header holds at once.
template <class Entry>
struct SListTop {
  std::uint64_t depth = 0;
  std::uint64_t sequence = 0;
  Entry* first = nullptr;
};

// Header: where a top lies, wide enough for a machine or narrow enough for its cells.
//   load(order)                          Depth and sequence with that order, and then, relaxed, the
//                                        first entry: they may not belong together.
//   push(expected, top), take(expected, top)
//                                        Replace all of it at once, with release and with acquire;
//                                        false if it is not `expected`, and only then.
template <Machine M, template <class, class> class HeaderOver>
class SList {
 public:
  using Entry = SListEntry<M>;
  using Top = SListTop<Entry>;

  // Returns the former first entry, or null.
  Entry* push(Entry& entry) {
    for (;;) {
      // P1: relaxed. Nothing is read through first; P3 fails unless the top is whole and current.
      const Top seen = header_.load(memory_order::relaxed);
      // [P2] relaxed: the entry is ours until P3 publishes it (I3).
      entry.next.store(seen.first, memory_order::relaxed);
      // P3: the header's push, release; pairs with O1, O3 and F2. Who takes the entry, or reads its
      // next, finds what its owner wrote. The entries below were published by earlier pushes, whose
      // release sequences this update continues.
      if (header_.push(seen, {seen.depth + 1, seen.sequence + 1, &entry})) return seen.first;
    }
  }

  // Returns the entry that was removed, or null.
  Entry* pop() {
    for (;;) {
      // O1: acquire, pairs with P3. Depth and sequence name the push that O3 will find (I2). O2
      //      comes after it, and reads what P2 wrote, or O3 fails.
      const Top seen = header_.load(memory_order::acquire);
      if (seen.first == nullptr) return nullptr;
      // [O2] relaxed: if the entry was popped meanwhile, this is anything, and O3 fails (I2).
      Entry* const next = seen.first->next.load(memory_order::relaxed);
      // O3: the header's take, acquire; pairs with P3. What the entry's last owner wrote happens
      // before our use.
      if (header_.take(seen, {seen.depth - 1, seen.sequence, next})) return seen.first;
    }
  }

  // Removes all entries and returns the first, or null.
  Entry* flush() {
    for (;;) {
      // F1: relaxed. No entry is read before F2.
      const Top seen = header_.load(memory_order::relaxed);
      if (seen.first == nullptr) return nullptr;
      // F2: the header's take, as O3, for all entries: their pushes' release sequences end here.
      if (header_.take(seen, {0, seen.sequence, nullptr})) return seen.first;
    }
  }

  // Hints, old as soon as they are read.
  Entry* first() const { return header_.load(memory_order::relaxed).first; }
  std::uint64_t depth() const { return header_.load(memory_order::relaxed).depth; }

 private:
  HeaderOver<M, Entry> header_;
};

// A header in one cell, for machines whose cells have 8 bytes at most: 4 bits of depth, 16 bits of
// sequence, and an address of 48 bits without its four zeros.
template <Machine M, class Entry>
class NarrowSListHeader {
 public:
  using Top = SListTop<Entry>;

  Top load(memory_order order) const {
    // [L1] The caller's order: see P1, O1 and F1.
    const std::uint64_t counts = packed_.load(order) >> kAddressBits;
    // [L2] relaxed: a second load, as wide headers need one. An entry that is not L1's is no harm:
    //      the exchange fails.
    const std::uint64_t address = (packed_.load(memory_order::relaxed) & kAddressMask) << kZeroBits;
    return {counts & kDepthMask, counts >> kDepthBits, reinterpret_cast<Entry*>(address)};
  }

  bool push(Top expected, Top top) {
    std::uint64_t packed = pack(expected);
    // [L3] release: see P3. relaxed on failure: the caller looks again.
    return packed_.compare_exchange(packed, pack(top), memory_order::release,
                                    memory_order::relaxed);
  }

  bool take(Top expected, Top top) {
    std::uint64_t packed = pack(expected);
    // [L4] acquire: see O3 and F2. On failure as L3.
    return packed_.compare_exchange(packed, pack(top), memory_order::acquire,
                                    memory_order::relaxed);
  }

 private:
  static constexpr unsigned kZeroBits = 4;
  static constexpr unsigned kAddressBits = 44;
  static constexpr unsigned kDepthBits = 4;
  static constexpr std::uint64_t kDepthMask = (1U << kDepthBits) - 1;
  static constexpr std::uint64_t kAddressMask = (std::uint64_t{1} << kAddressBits) - 1;

  static std::uint64_t pack(Top top) {
    const std::uint64_t counts = top.sequence << kDepthBits | (top.depth & kDepthMask);
    return counts << kAddressBits | reinterpret_cast<std::uintptr_t>(top.first) >> kZeroBits;
  }

  typename M::template Cell<std::uint64_t> packed_{0};
};

}  // namespace spinlab
