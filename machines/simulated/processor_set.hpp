// ProcessorSet: which processors, as bits; operations look only at as many words as a machine needs.
//
// Threads: as any value.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "machines/simulated/model.hpp"

namespace spinlab::simulated {

struct ProcessorSet {
  static constexpr std::uint32_t kWordBits = 64;
  static constexpr std::uint32_t kMostWords = kMostProcessors / kWordBits;

  std::array<std::uint64_t, kMostWords> words{};

  static std::uint32_t words_for(std::uint32_t processors) {
    return (processors + kWordBits - 1) / kWordBits;
  }
  bool has(std::uint32_t processor) const {
    return (words[processor / kWordBits] >> (processor % kWordBits) & 1) != 0;
  }
  void add(std::uint32_t processor) { words[processor / kWordBits] |= bit(processor); }
  // These look at the first `count` words.
  void clear(std::uint32_t count) {
    for (std::uint32_t word = 0; word < count; ++word) words[word] = 0;
  }
  bool has_any_of(const ProcessorSet& other, std::uint32_t count) const {
    std::uint64_t common = 0;
    for (std::uint32_t word = 0; word < count; ++word) common |= words[word] & other.words[word];
    return common != 0;
  }
  bool has_any_outside(const ProcessorSet& other, std::uint32_t count) const {
    std::uint64_t outside = 0;
    for (std::uint32_t word = 0; word < count; ++word) outside |= words[word] & ~other.words[word];
    return outside != 0;
  }

 private:
  static std::uint64_t bit(std::uint32_t processor) {
    return std::uint64_t{1} << (processor % kWordBits);
  }
};

}  // namespace spinlab::simulated
