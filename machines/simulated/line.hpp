// Line: 64 bytes of simulated memory: who has a copy, and who waits for one.
//
// A line serves one request after the other; while it is busy with one, the others queue here.
#pragma once

#include <cstdint>
#include <vector>

#include "machines/simulated/processor_set.hpp"

namespace spinlab::simulated {

inline constexpr std::size_t kLineBytes = 64;
inline constexpr std::uint32_t kNobody = ~std::uint32_t{0};

// First in, first out; thread numbers.
class RequestQueue {
 public:
  bool empty() const { return head_ == requests_.size(); }
  void push(std::uint32_t thread) { requests_.push_back(thread); }
  std::uint32_t pop() {
    const std::uint32_t thread = requests_[head_++];
    if (empty()) {
      requests_.clear();
      head_ = 0;
    }
    return thread;
  }

 private:
  std::vector<std::uint32_t> requests_;
  std::size_t head_ = 0;
};

struct Line {
  std::uint32_t number = 0;  // Its place in the arena.

  // Who has it. With an owner there are no sharers: it is modified or exclusive there.
  std::uint32_t owner = kNobody;
  std::uint32_t supplier = kNobody;  // Of shared lines: who answers readers, as the protocol says.
  std::uint32_t sharer_count = 0;
  bool written = false;       // By the owner.
  std::uint16_t home = 0;     // Package of the memory behind it.
  std::uint32_t changes = 0;  // How often it was written.
  ProcessorSet sharers;

  // Requests. `reads` holds all of them, unless writes go first.
  Ticks busy_until = 0;
  bool serving = false;           // An event will serve the next request.
  std::uint32_t event = kNobody;  // What events call it; given with its first one.
  RequestQueue reads;
  RequestQueue writes;

  // Threads whose processor has a copy, and which look again when it is taken away.
  std::vector<std::uint32_t> settled;
  std::uint32_t retrying = kNobody;  // The thread on the owner that waits to exchange again.
};

}  // namespace spinlab::simulated
