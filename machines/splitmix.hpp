// SplitMix: pseudo-random numbers that are the same on every host, which the standard's
// distributions and std::shuffle do not promise.
//
// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
// Threads: one object a thread.
#pragma once

#include <cstdint>

namespace spinlab {

class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}

  // Neighbouring seeds give unrelated numbers.
  std::uint64_t operator()() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t bits = state_;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBU;
    return bits ^ (bits >> 31);
  }

  // Below `bound` (> 0); each number equally often but for one part in 2^32 / bound.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((*this)() >> 32) * bound >> 32);
  }

 private:
  std::uint64_t state_;
};

}  // namespace spinlab
