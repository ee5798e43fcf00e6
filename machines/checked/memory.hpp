// Memory: where a checked program's objects live, at the same addresses in every execution, and
// which of its bytes are cells.
//
// Cells keep no state of their own but their first value: what they hold is in the graph. So
// memory is built once a search, and every stray pointer is found by its address.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

#include "machines/checked/event.hpp"

namespace spinlab::checked {

class Memory {
 public:
  static constexpr std::size_t kStackBytes = std::size_t{64} * 1024;
  // A type of objects that the program asks for.
  struct Kind {
    std::string_view name;  // "element"; lives as long as the program.
    std::size_t bytes;
  };

  Memory(std::size_t world_bytes, int threads);

  void* world() const { return bytes_.get(); }
  // One past the highest byte of the thread's stack.
  char* stack_top(int thread) const;
  char* stack_bottom(int thread) const { return stack_top(thread) - kStackBytes; }

  bool contains(const void* address) const { return offset_of(address) < size_; }
  // In the world: an object that all threads share, or may.
  bool is_in_world(const void* address) const { return offset_of(address) < slots_at_; }
  std::size_t offset_of(const void* address) const {
    return reinterpret_cast<std::uintptr_t>(address) -
           reinterpret_cast<std::uintptr_t>(bytes_.get());
  }

  // Marks an address within as a cell's.
  void declare(const void* address);
  enum class Place : std::uint8_t { kStray, kNew, kKnown };
  Place place_of(const void* address) const;
  std::uint8_t index_of_cell(const void* address) const;  // kKnown only.
  void number(const void* address, std::uint8_t index);   // kNew only.

  static constexpr int kAllThreads = -1;
  // The thread's own object for `key` (one key a type), or the one of all threads: the same address
  // each time. It is built when first asked for, and a thread's own again by rebuild_slots(), since
  // what is no cell in it may have changed.
  void* slot(int thread, const void* key, Kind kind, void (*build)(void*));
  void rebuild_slots(int thread);

  // From the thread's heap: released all at once when the thread starts anew.
  void* allocate(int thread, Kind kind);
  void forget_heap(int thread);

  // What the machine made at the program's request, and what reports know of it.
  struct Object {
    Kind kind;
    int thread;       // Whose it is, or kAllThreads.
    int number = 0;   // Of a thread's objects of one kind from its heap, from 1; 0: a slot.
    const void* key;  // A slot's.
    const void* at;
  };
  // The one that the address lies in, or null: until the next is made.
  const Object* object_at(const void* address) const;
  // The thread whose stack the address lies in, or -1.
  int stack_at(const void* address) const;

 private:
  static constexpr std::size_t kHeapBytes = std::size_t{16} * 1024;  // A thread.
  static constexpr std::size_t kSlotsBytes =
      std::size_t{128} * 1024;  // Of all threads, and shared objects.

  struct Slot {
    Object object;
    void (*build)(void*);
    void* at() const { return const_cast<void*>(object.at); }
  };

  std::size_t slots_at_;
  std::size_t heaps_at_;
  std::size_t stacks_at_;
  std::size_t size_;
  struct Free {
    void operator()(char* bytes) const { ::operator delete(bytes, std::align_val_t{4096}); }
  };
  std::unique_ptr<char, Free> bytes_;
  std::vector<std::uint8_t> cells_;  // By offset: 0 none, kUnnumbered, or the cell's index + 1.
  std::vector<Slot> slots_;
  std::size_t slots_used_ = 0;
  std::array<std::size_t, kMaxThreads> heap_used_{};
  std::array<std::vector<Object>, kMaxThreads> made_;
};

}  // namespace spinlab::checked
