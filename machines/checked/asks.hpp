// What a program has asked of its machine that differs from thread to thread. Until it does, its
// threads are alike: what one does, any of them could do.
#pragma once

#include <cstdint>
#include <string>

namespace spinlab::checked {

enum class Ask : std::uint8_t {
  kNode,         // Which NUMA node it runs on.
  kThreadIndex,  // Which thread it is.
  kThreadSlot,   // For the slot of a thread that it names by number.
  kPlace,        // Where an object lies that is not of all threads.
};

class Asks {
 public:
  void add(Ask ask) { bits_ |= bit(ask); }
  bool has(Ask ask) const { return (bits_ & bit(ask)) != 0; }
  bool any() const { return bits_ != 0; }
  // "node(), thread_index()"
  std::string text() const;

 private:
  static constexpr unsigned bit(Ask ask) { return 1U << static_cast<unsigned>(ask); }

  unsigned bits_ = 0;
};

}  // namespace spinlab::checked
