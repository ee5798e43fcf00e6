// NodePool: the calling thread's waiting nodes, found again by the address of the lock.
//
// For doors that have no handle to keep a node in. A thread holds few locks and mostly releases
// the newest first, so the nodes in use are a list searched from the newest; releases in any
// other order work, too.
// Threads: each thread has its own pool and touches only that one.
// Space: kInlineNodes nodes per thread and node type at once; deeper nesting allocates, once.
#pragma once

#include "machines/machine.hpp"

namespace spinlab {

template <Machine M, class Node>
class NodePool {
  struct Entry {
    Node node{};
    const void* lock = nullptr;  // Whose acquisition uses the node.
    Entry* next = nullptr;       // The next older in use, or the next free.
  };

  static constexpr std::size_t kInlineNodes = 4;

  struct Slot {  // Nothing runs when a thread starts; what nodes own is given back at its end.
    Entry* in_use = nullptr;
    Entry* free = nullptr;
    std::size_t inline_taken = 0;
    Entry inline_entries[kInlineNodes]{};
  };

 public:
  // A node for an acquisition of `lock`; the thread keeps it until it gives it back.
  static Node& take(const void* lock) {
    Slot& slot = M::template thread_slot<Slot>();
    if (slot.free == nullptr) [[unlikely]]
      add_entry(slot);
    Entry* const entry = slot.free;
    slot.free = entry->next;
    entry->lock = lock;
    entry->next = slot.in_use;
    slot.in_use = entry;
    return entry->node;
  }

  // The node of the newest acquisition of `lock` by this thread; there must be one.
  static Node& find(const void* lock) {
    return (*link_to(M::template thread_slot<Slot>(), lock))->node;
  }

  // Calls release(node) with that node, and then takes it back: after the lock's release, never
  // before. One search for both.
  template <class Release>
  static void give_back_after(const void* lock, Release release) {
    Slot& slot = M::template thread_slot<Slot>();
    Entry** const link = link_to(slot, lock);
    Entry* const entry = *link;
    release(entry->node);
    *link = entry->next;
    entry->next = slot.free;
    slot.free = entry;
  }

 private:
  // Out of line, so that an acquisition that finds a free node saves no registers for it.
  [[gnu::noinline, gnu::cold]] static void add_entry(Slot& slot) {
    slot.free = slot.inline_taken < kInlineNodes ? &slot.inline_entries[slot.inline_taken++]
                                                 : &M::template thread_object<Entry>();
  }

  static Entry** link_to(Slot& slot, const void* lock) {
    Entry** link = &slot.in_use;
    while ((*link)->lock != lock) link = &(*link)->next;
    return link;
  }
};

}  // namespace spinlab
