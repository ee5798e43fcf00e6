// Blocks: memory for objects of one type, in whole pages from the system.
//
// For what a thread does inside an acquisition: a signal handler may interrupt any function here,
// even the program's own malloc, and call it again. So there is neither malloc nor a lock. Free
// blocks are one list that is taken whole and put back without its first: none can leave and come
// back unseen (ABA), and whoever finds nothing meanwhile takes new pages. Pages stay the program's.
// Thread safety: all functions, in signal handlers, too. Errors: without memory the program ends,
// since no caller could be told.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <new>

#include "machines/native/end_program.hpp"

namespace spinlab {

template <class T>
class Blocks {
 public:
  static T& make() { return *::new (take()) T{}; }

  static void destroy(T& object) {
    std::destroy_at(&object);
    put(::new (static_cast<void*>(&object)) Block{nullptr});
  }

 private:
  union alignas(T) Block {
    Block* next;
    std::byte bytes[sizeof(T)];
  };
  static constexpr std::size_t kBlocks = std::max<std::size_t>(16384 / sizeof(Block), 1);

  static void* take() {
    // acquire, pairs with put(): the links, and what was last done with the block.
    Block* first = free.exchange(nullptr, std::memory_order::acquire);
    if (first == nullptr) first = new_blocks();
    if (first->next != nullptr) put(first->next);
    return first;
  }

  // A list of blocks, in front of those that are free by now.
  static void put(Block* first) {
    Block* others = nullptr;
    // release, pairs with take(), both times. relaxed on failure: take() alone follows links.
    if (free.compare_exchange_strong(others, first, std::memory_order::release,
                                     std::memory_order::relaxed))
      return;
    Block* last = first;
    while (last->next != nullptr) last = last->next;
    do {
      last->next = others;
    } while (!free.compare_exchange_weak(others, first, std::memory_order::release,
                                         std::memory_order::relaxed));
  }

  [[gnu::noinline, gnu::cold]] static Block* new_blocks() {
    void* const pages = mmap(nullptr, kBlocks * sizeof(Block), PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) end_program("no memory for a lock's own objects");
    Block* const blocks = static_cast<Block*>(pages);
    for (std::size_t index = 0; index < kBlocks; ++index)
      ::new (&blocks[index]) Block{index + 1 < kBlocks ? &blocks[index + 1] : nullptr};
    return blocks;
  }

  inline static constinit std::atomic<Block*> free{nullptr};
};

}  // namespace spinlab
