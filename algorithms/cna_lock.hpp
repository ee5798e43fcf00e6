// CnaLock: compact NUMA-aware queue lock; MCS that keeps the lock on a node for a while, and threads
// of other nodes in a second queue.
//
// Source     Dice and Kogan, "Compact NUMA-aware Locks", EuroSys 2019; with a counter of bypasses
//            in place of the paper's random draw, so that the bound is certain.
// Fairness   bounded: after kLocalHandovers hand-overs past the longest waiting thread that one is
//            next. Each of the threads before it in line may cost a thread so many.
// Space      one word per lock, one waiting node (one line) per thread that holds or waits.
// Traffic    as MCS, but few hand-overs leave the NUMA node. A release reads the nodes of those that
//            it skips, once each while the lock stays; with nobody local, all of the main queue.
//
// The main queue is linked by `next` from the holder's node to the tail, as in MCS. What was skipped
// of it is the secondary queue, linked alike; the holder's `grant` names its head, which knows its end.
//
// Invariants
//   I1  tail_ is null iff the lock is free; otherwise it names the main queue's last node.
//   I2  Secondary queue, then main queue, is the order of arrival of all that wait: nodes move in
//       that order only, from the head of the main queue to the end of the secondary one. So the
//       first of it, the secondary queue's head if there is one, waits longest.
//   I3  A waiting node's fields but `next` are written by their thread before A5, then by holders
//       only, one after the other; `next` of the main queue's last node by its successor.
//   I4  The last node of the secondary queue has no `next`.
#pragma once

#include "algorithms/lock.hpp"

namespace spinlab {

template <Machine M, std::uint32_t kLocalHandovers = 256>
class BasicCnaLock {
  template <class T>
  using Cell = typename M::template Cell<T>;

  static constexpr std::uint32_t kUnknown = ~std::uint32_t{0};  // A NUMA node not asked for yet.

 public:
  static constexpr LockInfo info{
      .title = "compact NUMA-aware queue (CNA)",
      .family = "hierarchical",
      .source = "Dice and Kogan, Compact NUMA-aware Locks",
      .year = 2019,
      .fairness = Fairness::kBounded,
      .bypass_bound = static_cast<int>(kLocalHandovers * (M::kMaxThreads - 1)),
      .words = 1,
      .node = NodeKind::kCaller};

  struct alignas(M::kLineBytes) Node {
    Cell<Node*> next{nullptr};            // Successor; null until it has linked itself.
    Cell<std::uintptr_t> grant{0};        // kWaits, kAlone, or the secondary queue's head.
    Cell<Node*> secondary_tail{nullptr};  // Of the secondary queue's head: its last node.
    Cell<std::uint32_t> numa{kUnknown};   // Its thread's NUMA node.
    Cell<std::uint32_t> bypasses{0};      // Hand-overs since the longest waiting thread entered.
  };

  void acquire(Node& node) {
    // [A1] relaxed: the node is private until A2 publishes it (I3).
    node.next.store(nullptr, memory_order::relaxed);
    // [A2] acq_rel. Acquire, pairs with L1: if the lock was free, the last critical section happens
    //      before ours; and the last node of a secondary queue that became the main one has lost
    //      its `next` before A5. Release, pairs with the successor's A2: A1 comes before its A5, so
    //      our null cannot overwrite the link.
    Node* const predecessor = tail_.exchange(&node, memory_order::acq_rel);
    M::doorway();
    if (predecessor == nullptr) return enter_alone(node);

    // [A3, A4] relaxed: nobody looks at them before A5 has linked us, and A5 publishes them.
    node.grant.store(kWaits, memory_order::relaxed);
    node.numa.store(M::node(), memory_order::relaxed);
    // [A5] release, pairs with R2/R3/F3: who finds us sees A3 and A4, so a grant cannot be lost, nor
    //      our NUMA node be another acquisition's.
    predecessor->next.store(&node, memory_order::release);
    // [A6] acquire, pairs with G2: the predecessor's critical section happens before ours, and so
    //      does what holders wrote into our node and into the secondary queue.
    node.grant.await([](std::uintptr_t grant) { return grant != kWaits; }, memory_order::acquire);
  }

  bool try_acquire(Node& node) {
    // [T1] relaxed, as A1.
    node.next.store(nullptr, memory_order::relaxed);
    Node* expected = nullptr;
    // [T2] As A2 on success. relaxed on failure: nothing is read through the value.
    if (!tail_.compare_exchange(expected, &node, memory_order::acq_rel, memory_order::relaxed))
      return false;
    enter_alone(node);
    return true;
  }

  void release(Node& node) {
    // [R1] relaxed: written before the grant, which A6 acquired, or by ourselves.
    Node* const secondary = to_node(node.grant.load(memory_order::relaxed));
    // [R2] acquire, pairs with A5: the successor's node is initialised before we look into it.
    Node* next = node.next.load(memory_order::acquire);
    if (next == nullptr) {
      if (leave_main_queue_empty(node, secondary)) return;
      // [R3] As R2. Bounded by the successor's steps from A2 to A5.
      next = node.next.await([](Node* linked) { return linked != nullptr; }, memory_order::acquire);
    }
    // [R4] relaxed, as R1.
    const std::uint32_t bypasses = node.bypasses.load(memory_order::relaxed);
    const Local local = bypasses < kLocalHandovers ? find_local(node, next) : Local{};
    if (local.node != nullptr) {
      Node* const skipped = skip(secondary, next, local);
      grant(*local.node, skipped, skipped == nullptr ? 0 : bypasses + 1);
    } else if (secondary != nullptr) {
      // [R5] The secondary queue goes back in front of the main one. relaxed: G2 publishes it.
      last_of(*secondary).next.store(next, memory_order::relaxed);
      grant(*secondary, nullptr, 0);
    } else {
      grant(*next, nullptr, 0);
    }
  }

  bool is_held() const {
    // [H1] relaxed: a hint, old as soon as it is read.
    return tail_.load(memory_order::relaxed) != nullptr;
  }

 protected:
  static constexpr std::uintptr_t kWaits = 0;  // In Node::grant; set by A3.
  static constexpr std::uintptr_t kAlone = 1;  // No secondary queue; set by E1 and G2.
  static_assert(kLocalHandovers > 0);

  struct Local {
    Node* node = nullptr;          // The first on the holder's NUMA node; null if there is none.
    Node* last_skipped = nullptr;  // The one before it; null if it comes next anyway.
  };

  static Node* to_node(std::uintptr_t grant) {
    return grant == kAlone ? nullptr : reinterpret_cast<Node*>(grant);
  }

  static void enter_alone(Node& node) {
    // [E1, E2, E3] relaxed: while we hold the lock, nobody else looks at them.
    node.grant.store(kAlone, memory_order::relaxed);
    node.numa.store(kUnknown, memory_order::relaxed);
    node.bypasses.store(0, memory_order::relaxed);
  }

  // True if nobody had queued behind the holder; the lock is then free, or the secondary queue's,
  // which becomes the main one.
  bool leave_main_queue_empty(Node& node, Node* secondary) {
    Node* expected = &node;
    Node* const last = secondary == nullptr ? nullptr : &last_of(*secondary);
    // [L1] release, pairs with A2/T2: publishes our critical section if the lock is free now, else
    //      what S1 did to the last node. relaxed on failure: R3 reads what we need.
    if (!tail_.compare_exchange(expected, last, memory_order::release, memory_order::relaxed))
      return false;
    if (secondary != nullptr) grant(*secondary, nullptr, 0);
    return true;
  }

  static Local find_local(const Node& node, Node* next) {
    // [F1] relaxed: our own node's, written by ourselves.
    const std::uint32_t known = node.numa.load(memory_order::relaxed);
    const std::uint32_t numa = known == kUnknown ? M::node() : known;
    Local local{next, nullptr};
    // [F2] relaxed: the link to the node was acquired, by R2, R3 or F3.
    while (local.node != nullptr && local.node->numa.load(memory_order::relaxed) != numa) {
      local.last_skipped = local.node;
      // [F3] acquire, pairs with A5, as R2.
      local.node = local.node->next.load(memory_order::acquire);
    }
    return local;
  }

  // Moves what is before the local node to the end of the secondary queue; returns that one's head.
  // Relaxed throughout: only holders and, after its grant, a node's own thread look at these, and
  // G2 publishes them.
  static Node* skip(Node* secondary, Node* first, const Local& local) {
    if (local.last_skipped == nullptr) return secondary;
    // [S1] The new last node (I4). Its successor has linked itself before (F3).
    local.last_skipped->next.store(nullptr, memory_order::relaxed);
    // [S2] Behind the old last node.
    if (secondary != nullptr) last_of(*secondary).next.store(first, memory_order::relaxed);
    Node* const head = secondary != nullptr ? secondary : first;
    // [S3] The head knows the last node.
    head->secondary_tail.store(local.last_skipped, memory_order::relaxed);
    return head;
  }

  static Node& last_of(const Node& secondary) {
    // [S4] relaxed: written by a holder before us, whose G2 we acquired.
    return *secondary.secondary_tail.load(memory_order::relaxed);
  }

  static void grant(Node& node, Node* secondary, std::uint32_t bypasses) {
    // [G1] relaxed: G2 publishes it.
    node.bypasses.store(bypasses, memory_order::relaxed);
    // [G2] Hand-over. release, pairs with A6. Last access to the node, and to the secondary queue.
    node.grant.store(secondary == nullptr ? kAlone : reinterpret_cast<std::uintptr_t>(secondary),
                     memory_order::release);
  }

  Cell<Node*> tail_{nullptr};  // One word; whoever places the lock pads it.
};

template <Machine M>
using CnaLock = BasicCnaLock<M>;

}  // namespace spinlab
