// Arena: the memory that a simulation's objects and stacks lie in, and the lines that it is made of.
//
// Offsets into it, not addresses, name lines, so that results do not depend on the host's allocator.
// Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "machines/simulated/line.hpp"

namespace spinlab::simulated {

class Arena {
 public:
  static constexpr std::size_t kStackBytes = std::size_t{64} * 1024;

  // Room for the stacks of so many threads, and for kObjectBytes of objects. Throws std::bad_alloc.
  explicit Arena(std::uint32_t threads);
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // In line pairs of its own, all zeros, whose home is the package. Never freed before the arena.
  // Throws std::bad_alloc if the room is used up.
  void* allocate(std::size_t bytes, std::uint16_t home);

  char* stack_top(std::uint32_t thread) const;

  bool contains(const void* address) const { return offset_of(address) < size_; }
  std::size_t offset_of(const void* address) const {
    return reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(bytes_);
  }
  // The line that the address lies in; it must be in the arena.
  Line& line_at(const void* address) {
    const std::size_t number = offset_of(address) / kLineBytes;
    const std::unique_ptr<Line[]>& chunk = chunks_[number / kLinesInChunk];
    if (chunk == nullptr) [[unlikely]]
      add_chunk(number / kLinesInChunk);
    return chunk[number % kLinesInChunk];
  }

 private:
  static constexpr std::size_t kObjectBytes = std::size_t{64} * 1024 * 1024;
  static constexpr std::size_t kLinesInChunk = 256;
  static constexpr std::size_t kLinePair = 2 * kLineBytes;

  void add_chunk(std::size_t chunk);

  std::size_t size_;
  char* bytes_;
  std::size_t used_ = 0;
  std::vector<std::unique_ptr<Line[]>> chunks_;
};

}  // namespace spinlab::simulated
