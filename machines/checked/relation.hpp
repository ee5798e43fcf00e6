// Relation: a set of pairs of small numbers, as a matrix of bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace spinlab::checked {

class Relation {
 public:
  explicit Relation(std::size_t size)
      : size_(size), words_((size + 63) / 64), bits_(size * words_, 0) {}

  std::size_t size() const { return size_; }
  bool has(std::size_t from, std::size_t to) const {
    return (bits_[from * words_ + to / 64] >> (to % 64) & 1) != 0;
  }
  void add(std::size_t from, std::size_t to) {
    bits_[from * words_ + to / 64] |= std::uint64_t{1} << (to % 64);
  }

  Relation& operator|=(const Relation& other) {
    for (std::size_t at = 0; at < bits_.size(); ++at) bits_[at] |= other.bits_[at];
    return *this;
  }

  // Pairs (a, c) with (a, b) here and (b, c) in the other.
  Relation then(const Relation& other) const {
    Relation result(size_);
    for (std::size_t from = 0; from < size_; ++from)
      for (std::size_t via = 0; via < size_; ++via)
        if (has(from, via)) result.add_row(from, other, via);
    return result;
  }

  void close_transitively() {
    for (std::size_t via = 0; via < size_; ++via)
      for (std::size_t from = 0; from < size_; ++from)
        if (has(from, via)) add_row(from, *this, via);
  }

  bool is_reflexive_somewhere() const {
    for (std::size_t at = 0; at < size_; ++at)
      if (has(at, at)) return true;
    return false;
  }

 private:
  void add_row(std::size_t row, const Relation& other, std::size_t from) {
    for (std::size_t word = 0; word < words_; ++word)
      bits_[row * words_ + word] |= other.bits_[from * words_ + word];
  }

  std::size_t size_;
  std::size_t words_;
  std::vector<std::uint64_t> bits_;
};

}  // namespace spinlab::checked
