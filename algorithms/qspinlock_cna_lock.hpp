// QspinCnaLock: the queued spin lock whose queue keeps the lock on a NUMA node for a while.
//
// Source     Kogan, "Add NUMA-awareness to qspinlock", patches to Linux proposed from 2019 to 2021
//            (version 15): the queue of Dice and Kogan, "Compact NUMA-aware Locks", EuroSys 2019,
//            in the queued spin lock's slow path. With a counter of bypasses in place of its limit
//            in time, so that the bound is certain; without precedence for interrupt handlers.
// Fairness   bounded: after kLocalHandovers hand-overs past the longest waiting thread that one is
//            next. Each of the threads before it in line may cost a thread so many. Pending
//            bypasses nobody: while anybody is in either queue, the tail is not 0. Without a node,
//            as the queued spin lock.
// Space      four bytes per lock, four waiting nodes (one line) per thread, for all its locks.
// Traffic    on one NUMA node, or with few threads, as the queued spin lock: a head whose queue is
//            in the order of arrival looks at its successor's node once in kHeadsPerLook times.
//            With more threads few hand-overs leave the NUMA node. A skipped node is read once, and
//            written to if it is the last one skipped, mostly while the head waits for the lock.
//
// The main queue goes by `next` from the head to the tail. What the heads took out of it is the
// secondary queue: a circle by `next`, whose last node the head knows by its name.
//
// Invariants, besides the queued spin lock's
//   N1  Secondary queue, then main queue, is the order of arrival: nodes move in that order only,
//       from the front of the main queue to the end of the secondary one, and back all at once.
//   N2  The node that the lock's tail names is never moved: only its successor-to-be writes its
//       `next`. So there is no secondary queue without a head, nor one that an empty tail hides.
//   N3  A waiting node's fields but `next` are written by its thread before Q4, then by heads only,
//       one after the other.
//   N4  bypasses is 0 where there is no secondary queue.
//
// The shared text's labels are in qspinlock_lock.hpp; for its Q2, Q5 and Q10 read E1, W1 and G1.
// The checker does not miss E2 and B3 at the shipped threshold, since they guard fairness beyond it;
// nor E3, since a NUMA node is a hint.
#pragma once

#include "algorithms/qspinlock_lock.hpp"

namespace spinlab {

template <Machine M, std::uint32_t kLocalHandovers>
struct QspinNumaOrder {
  template <class T>
  using Cell = typename M::template Cell<T>;
  static_assert(kLocalHandovers > 0);

  static constexpr std::uint32_t kHeadsPerLook = 128;

  struct Waiter {
    Cell<Waiter*> next{nullptr};        // Successor, in whichever queue it is.
    Cell<std::uint32_t> grant{kWaits};  // Or kAlone, or the name of the secondary queue's last.
    Cell<std::uint32_t> bypasses{0};    // Hand-overs since the longest waiting thread's turn.
    Cell<std::uint32_t> numa{0};        // Its thread's NUMA node.
    Cell<std::uint32_t> name{0};        // What a tail calls the node.
  };

  using Others = std::uint32_t;  // The name of the secondary queue's last; 0, there is none.

  static void enter(Waiter& waiter, std::uint16_t name) {
    // [E1, E2, E3, E4] relaxed: the node is private until Q3 publishes it, and nobody looks at them
    //      before Q4 has linked it.
    waiter.grant.store(kWaits, memory_order::relaxed);
    waiter.bypasses.store(0, memory_order::relaxed);
    waiter.numa.store(M::node(), memory_order::relaxed);
    waiter.name.store(name, memory_order::relaxed);
  }

  static Others await_head(Waiter& waiter) {
    // [W1] acquire, pairs with G1: Q6 sees the predecessor's Q7 or Q8; and we see what heads wrote
    //      into our node and into the secondary queue.
    const std::uint32_t grant = waiter.grant.await(
        [](std::uint32_t seen) { return seen != kWaits; }, memory_order::acquire);
    return grant == kAlone ? 0 : grant;
  }

  // Orders the queue while there is time for it. One that has been in the order of arrival is mostly
  // left so: with few threads, two of one node do not wait at once.
  static Others arrange(Waiter& head, Others others) {
    const bool looks = others != 0 ? may_bypass(head) : M::random(kHeadsPerLook) == 0;
    // [A1] acquire, pairs with Q4: the successor's node is initialised before we look into it.
    Waiter* const next = looks ? head.next.load(memory_order::acquire) : nullptr;
    return next == nullptr ? others : skip_remote(head, others, *next).others;
  }

  // The secondary queue, if there is one, becomes the main one. For that Q7 is a release, and pairs
  // with Q3: L2 comes before the Q4 of whoever finds that tail.
  static constexpr memory_order kLeaveOrder = memory_order::release;
  template <class LeaveTo>
  static bool leave(Others others, LeaveTo leave_to) {
    if (others == 0) return leave_to(0);
    Waiter& last = named(others);
    // [L1] relaxed: written by heads before us, or by ourselves.
    Waiter* const first = last.next.load(memory_order::relaxed);
    // [L2] Opens the circle. relaxed: Q7 publishes it.
    last.next.store(nullptr, memory_order::relaxed);
    if (leave_to(others)) {
      grant(*first, 0);
      return true;
    }
    // [L3] Closes it again: somebody came. relaxed: G1 publishes it.
    last.next.store(first, memory_order::relaxed);
    return false;
  }

  static void hand_on(Waiter& head, Others others, Waiter& successor) {
    if (others == 0) return grant(successor, 0);
    Waiter* next = &successor;
    if (may_bypass(head)) {
      // Again, for those who came while we waited.
      const Found found = skip_remote(head, others, successor);
      if (found.is_local) return bypass(head, found.others, *found.next);
      next = found.next;
      others = found.others;
    }
    Waiter& last = named(others);
    // [H1] relaxed, as L1.
    Waiter* const first = last.next.load(memory_order::relaxed);
    // [H2] The secondary queue goes back in front of the main one. relaxed: G1 publishes it.
    last.next.store(next, memory_order::relaxed);
    grant(*first, 0);
  }

 private:
  static constexpr std::uint32_t kWaits = 0;  // In Waiter::grant; set by E1.
  static constexpr std::uint32_t kAlone = 1;  // No secondary queue; set by G1. No name is so small.

  // What has become of the two queues.
  struct Found {
    Waiter* next;  // The first of the main one, without its head.
    bool is_local;
    Others others;
  };

  static Waiter& named(std::uint32_t name) {
    return QspinWaiters<M, Waiter>::named(static_cast<std::uint16_t>(name));
  }

  static bool may_bypass(const Waiter& head) {
    // [B1] relaxed: acquired by W1.
    return head.bypasses.load(memory_order::relaxed) < kLocalHandovers;
  }

  // Moves waiters from the front of the main queue into the secondary one, up to one of our node or
  // to the last that is linked. However long the queue: until it is put back, nobody is moved twice.
  static Found skip_remote(Waiter& head, Others others, Waiter& first) {
    // [S1] relaxed: our own.
    const std::uint32_t numa = head.numa.load(memory_order::relaxed);
    Found found{&first, false, others};
    Waiter* last_skipped = nullptr;
    while (true) {
      // [S2] relaxed: the link to the node was acquired, by A1, S3 or Q9.
      found.is_local = found.next->numa.load(memory_order::relaxed) == numa;
      if (found.is_local) break;
      // [S3] acquire, as A1.
      Waiter* const next = found.next->next.load(memory_order::acquire);
      if (next == nullptr) break;
      last_skipped = found.next;
      found.next = next;
    }
    if (last_skipped == nullptr) return found;
    found.others = append(others, first, *last_skipped);
    // [S4] relaxed: looked at by ourselves only.
    head.next.store(found.next, memory_order::relaxed);
    return found;
  }

  // Moves what is from `first` to `last` to the end of the secondary queue. Relaxed throughout: only
  // heads and, after its grant, a node's own thread look at these, and G1 publishes them.
  static Others append(Others others, Waiter& first, Waiter& last) {
    Waiter* circle = &first;
    if (others != 0) {
      // [S5, S6] The circle, opened behind its old last node.
      circle = named(others).next.load(memory_order::relaxed);
      named(others).next.store(&first, memory_order::relaxed);
    }
    // [S7] The new last node closes it. Its successor has linked itself before (S3).
    last.next.store(circle, memory_order::relaxed);
    // [S8] Written by its thread before it linked itself, which we acquired (A1, S3, Q9).
    return last.name.load(memory_order::relaxed);
  }

  // To a waiter of our node, past the secondary queue.
  static void bypass(const Waiter& head, Others others, Waiter& next) {
    // [B2] relaxed, as B1.
    const std::uint32_t bypasses = head.bypasses.load(memory_order::relaxed);
    // [B3] relaxed: G1 publishes it.
    next.bypasses.store(bypasses + 1, memory_order::relaxed);
    grant(next, others);
  }

  static void grant(Waiter& waiter, Others others) {
    // [G1] Hand-over. release, pairs with W1. Last access to the node, and to the secondary queue.
    waiter.grant.store(others == 0 ? kAlone : others, memory_order::release);
  }
};

template <Machine M, std::uint32_t kLocalHandovers = 256>
class BasicQspinCnaLock : public BasicQspinLock<M, QspinNumaOrder<M, kLocalHandovers>> {
 public:
  static constexpr LockInfo info{
      .title = "queued spin lock, compact NUMA-aware (proposed for Linux)",
      .family = "hierarchical",
      .source = "Kogan, Add NUMA-awareness to qspinlock, Linux patches",
      .year = 2019,
      .fairness = Fairness::kBounded,
      .bypass_bound = static_cast<int>(kLocalHandovers * (M::kMaxThreads - 1)),
      .words = 1,
      .node = NodeKind::kThread};
};

template <Machine M>
using QspinCnaLock = BasicQspinCnaLock<M>;

}  // namespace spinlab
