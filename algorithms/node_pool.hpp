// NodePool: the calling thread's waiting nodes, found again by the address of the lock.
//
// For doors that have no handle to keep a node in. A thread holds few locks and mostly releases
// the newest first, so the nodes in use are a list searched from the newest; releases in any
// other order work, too.
// Threads: each thread has its own pool and touches only that one.
// Space: kInlineNodes nodes per thread and node type at once; deeper nesting makes others, once.
//
// Invariants
//   I1  An interrupt of the thread may use the pool anywhere in between: when it ends, what it took
//       is given back, and all is as it was. So an entry is looked for anew each time; one that
//       was unlinked from a list of free ones could be taken twice.
#pragma once

#include "machines/machine.hpp"

namespace spinlab {

template <Machine M, class Node>
class NodePool {
  // volatile: an interrupt of the thread sees them in the order in which they are written (I1).
  struct Entry {
    Node node{};
    const void* volatile lock = nullptr;  // Whose acquisition uses the node; null: it is free.
    Entry* volatile older = nullptr;      // The next older in use.
    Entry* deeper = nullptr;              // The next of those that are not inline.
  };

  static constexpr std::size_t kInlineNodes = 4;

  struct Slot {  // Nothing runs when a thread starts; what nodes own is given back at its end.
    Entry* volatile in_use = nullptr;  // The newest.
    Entry inline_entries[kInlineNodes];
    Entry* deep_entries = nullptr;
  };

 public:
  // A node for an acquisition of `lock`; the thread keeps it until it gives it back.
  static Node& take(const void* lock) {
    Slot& slot = M::template thread_slot<Slot>();
    Entry& entry = free_entry(slot);
    entry.lock = lock;  // Before it is linked: an interrupt in between takes another one.
    entry.older = slot.in_use;
    slot.in_use = &entry;
    M::keep_order_for_interrupts();  // The caller writes the node after that.
    return entry.node;
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
    Entry* volatile* const link = link_to(slot, lock);
    Entry* const entry = *link;
    release(entry->node);
    M::keep_order_for_interrupts();  // Until here the node was in use.
    *link = entry->older;
    entry->lock = nullptr;
  }

 private:
  static Entry& free_entry(Slot& slot) {
    for (Entry& entry : slot.inline_entries)
      if (entry.lock == nullptr) return entry;
    return deep_entry(slot);
  }

  // Out of line, so that an acquisition that finds a free node saves no registers for it.
  [[gnu::noinline, gnu::cold]] static Entry& deep_entry(Slot& slot) {
    for (Entry* entry = slot.deep_entries; entry != nullptr; entry = entry->deeper)
      if (entry->lock == nullptr) return *entry;
    Entry& made = M::template thread_object<Entry>();
    made.deeper = slot.deep_entries;
    slot.deep_entries = &made;
    return made;
  }

  static Entry* volatile* link_to(Slot& slot, const void* lock) {
    Entry* volatile* link = &slot.in_use;
    while ((*link)->lock != lock) link = &(*link)->older;
    return link;
  }
};

}  // namespace spinlab
