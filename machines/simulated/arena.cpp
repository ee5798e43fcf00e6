#include "machines/simulated/arena.hpp"

#include <sys/mman.h>

#include <new>

namespace spinlab::simulated {
namespace {

// Stack tops at equal distances would compete for the same sets of the host's cache.
constexpr std::size_t kStackShift = 5 * kLineBytes;
constexpr std::size_t kShifts = 12;

}  // namespace

Arena::Arena(std::uint32_t threads) : size_(kObjectBytes + threads * kStackBytes) {
  // Pages come when they are touched.
  void* const mapped = mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  bytes_ = static_cast<char*>(mapped);
  chunks_.resize(size_ / kLineBytes / kLinesInChunk);
  // An overflow ends the program where it happens, not in another thread's stack.
  const std::size_t page = 4096;
  for (std::uint32_t thread = 0; thread < threads; ++thread)
    mprotect(bytes_ + kObjectBytes + thread * kStackBytes, page, PROT_NONE);
}

Arena::~Arena() { munmap(bytes_, size_); }

void* Arena::allocate(std::size_t bytes, std::uint16_t home) {
  const std::size_t begin = used_;
  const std::size_t end = begin + (bytes + kLinePair - 1) / kLinePair * kLinePair;
  if (end > kObjectBytes) throw std::bad_alloc();
  used_ = end;
  for (std::size_t at = begin; at < end; at += kLineBytes) line_at(bytes_ + at).home = home;
  return bytes_ + begin;
}

void Arena::add_chunk(std::size_t chunk) {
  chunks_[chunk] = std::make_unique<Line[]>(kLinesInChunk);
  for (std::size_t line = 0; line < kLinesInChunk; ++line)
    chunks_[chunk][line].number = static_cast<std::uint32_t>(chunk * kLinesInChunk + line);
}

char* Arena::stack_top(std::uint32_t thread) const {
  return bytes_ + kObjectBytes + (thread + 1) * kStackBytes - thread % kShifts * kStackShift;
}

}  // namespace spinlab::simulated
