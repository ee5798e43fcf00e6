// QspinLock: Linux' queued spin lock; lock byte, pending bit and MCS tail in four bytes.
//
// Source     Long and Zijlstra, Linux 4.2, 2015: kernel/locking/qspinlock.c. The queue is
//            Mellor-Crummey and Scott, ACM TOCS 9(1), 1991.
// Fairness   FIFO in the order of the doorways: the compare-exchange that took a free lock, the one
//            fetch_or that set pending, or the exchange of the tail. Unless the queue, whose order
//            is a policy, has another one (QspinCnaLock). A waiter without a node has no doorway
//            until it enters: it is promised nothing, and takes no place from those who wait.
// Space      four bytes per lock, four waiting nodes (one line) per thread, for all its locks.
// Traffic    uncontended pair: 1 RMW and 1 store. Two threads: pending spares the second one the
//            queue. More: O(1) line transfers a hand-over, all but the head wait on their own node.
//
// The word is written (tail, pending, lock) below; n is our tail, t anybody's, * whatever is there.
// The tail is a thread's index + 1 and a nesting, since a waiter may be interrupted by code that
// waits for another lock: Linux has four contexts (task, two kinds of interrupt, and NMI). In user
// space a waiting thread uses one node, and the nesting stays 0 but in a signal handler that locks.
// Handlers may interrupt each other more often than there are nodes: a thread whose nodes are all in
// use tries to take a lock that is free, with nobody waiting, until it has it. It may be bypassed
// without end, as under test-and-set. Linux does the same, but sets pending first, which one that
// cannot queue must not (I2, P5).
//
// Invariants
//   I1  All bits zero is free. lock = 1 iff a thread holds the lock.
//   I2  Who finds (0,0,*) by setting pending is the pending waiter, next to enter; nobody else
//       enters while pending is set. Pending set over a queue or another's bit counts for nothing,
//       but who set it must queue: the head may have seen it, and waits for a successor (Q7, Q9).
//   I3  While the tail is not 0, only the pending waiter, if there is one, and then the queue's head
//       may enter.
//   I4  A node is written by others only between its publication and the end of its wait: in the
//       order of arrival, next once, by the successor; heads_queue once, by the predecessor.
//   I5  The first `nesting` nodes of a thread are in use. An interrupt may come anywhere: when it
//       ends, the nesting is as it was. A node is counted before it is touched, and until it is
//       not touched any more.
#pragma once

#include "algorithms/lock.hpp"

namespace spinlab {

// The waiting nodes of all threads. A node's name is what a lock's tail calls it: its thread's index
// + 1, and the nesting.
template <Machine M, class Waiter>
struct QspinWaiters {
  static constexpr std::uint32_t kNestingBits = 2;
  static constexpr std::uint32_t kContexts = 1U << kNestingBits;
  static_assert(M::kMaxThreads < (1U << (16 - kNestingBits)));

  struct alignas(M::kLineBytes) OfThread {
    Waiter waiters[kContexts];
    // The thread's own. volatile: its interrupts see it as it is written (I5).
    volatile std::uint32_t nesting = 0;
  };

  static OfThread& of(std::uint32_t thread) { return M::template thread_slot<OfThread>(thread); }
  static std::uint16_t name_of(std::uint32_t thread, std::uint32_t nesting) {
    return static_cast<std::uint16_t>((thread + 1) << kNestingBits | nesting);
  }
  static Waiter& named(std::uint16_t name) {
    return of((std::uint32_t{name} >> kNestingBits) - 1).waiters[name % kContexts];
  }
};

// The queue's order is a policy: what a node holds besides its successor, what the head does while it
// waits for the lock, and whom it leaves the queue to. What a head knows of waiters that are not in
// its queue is Others. This order: as they came.
template <Machine M>
struct QspinArrivalOrder {
  template <class T>
  using Cell = typename M::template Cell<T>;

  struct Waiter {
    Cell<Waiter*> next{nullptr};    // Successor; null until it has linked itself.
    Cell<bool> heads_queue{false};  // Set by the predecessor when it leaves the queue.
  };

  struct Others {};

  // With the node's name, before other threads know it.
  static void enter(Waiter& waiter, std::uint16_t) {
    // [Q2] relaxed: the node is private until Q3 publishes it.
    waiter.heads_queue.store(false, memory_order::relaxed);
  }

  static Others await_head(Waiter& waiter) {
    // [Q5] acquire, pairs with Q10: Q6 sees the predecessor's Q8; without it, it could see the
    //      lock as it was before that.
    waiter.heads_queue.await([](bool heads) { return heads; }, memory_order::acquire);
    return {};
  }

  // By the head, before it waits for the lock.
  static Others arrange(Waiter&, Others) { return {}; }

  // By the queue's last, which leaves it to a queue whose last has the name that it gives: 0, none.
  // relaxed: Q6 has synchronised, and nobody entered since (I3).
  static constexpr memory_order kLeaveOrder = memory_order::relaxed;
  template <class LeaveTo>
  static bool leave(Others, LeaveTo leave_to) {
    return leave_to(0);
  }

  static void hand_on(Waiter&, Others, Waiter& successor) {
    // [Q10] release, pairs with Q5. Last access to the successor's node.
    successor.heads_queue.store(true, memory_order::release);
  }
};

template <Machine M, class Order = QspinArrivalOrder<M>>
class BasicQspinLock {
  using Waiter = typename Order::Waiter;
  using Others = typename Order::Others;

 public:
  // Not for users: for programs that show a thread whose nodes are all in use.
  using Waiters = QspinWaiters<M, Waiter>;

  static constexpr LockInfo info{.title = "queued spin lock (Linux)",
                                 .family = "queue",
                                 .source = "Long and Zijlstra, Linux 4.2, qspinlock.c",
                                 .year = 2015,
                                 .fairness = Fairness::kFifo,
                                 .bypass_bound = 0,
                                 .words = 1,
                                 .node = NodeKind::kThread};

  struct Node {};

  void acquire(Node& node) {
    if (try_acquire(node)) {
      M::doorway();
    } else if (!has_free_node()) [[unlikely]] {
      acquire_by_tries();
    } else if (!acquire_as_pending()) {
      acquire_in_queue();
    }
  }

  bool try_acquire(Node&) {
    std::uint32_t expected = kFree;
    // [A1] (0,0,0) -> (0,0,1). acquire, pairs with R1: the last critical section happens before
    //      ours. relaxed on failure: nothing is read under it.
    return word_.compare_exchange(expected, kLocked, memory_order::acquire, memory_order::relaxed);
  }

  void release(Node&) {
    // [R1] (*,*,1) -> (*,*,0), that byte only: others write the rest meanwhile. release, pairs with
    //      A1, P3 and Q6: publishes our critical section to the next holder.
    word_.template part<std::uint8_t, 0>().store(0, memory_order::release);
  }

  bool is_held() const {
    // [H1] relaxed: a hint, old as soon as it is read. Held, or on its way to a waiter.
    return word_.load(memory_order::relaxed) != kFree;
  }

 protected:
  static constexpr std::uint32_t kFree = 0;
  static constexpr std::uint32_t kLocked = 1;       // Byte 0. Set by A1, P4, Q7, Q8.
  static constexpr std::uint32_t kPending = 0x100;  // Bit 8. Set by P2, cleared by P4 and P5.
  static constexpr std::uint32_t kLockedMask = 0xFF;
  static constexpr std::uint32_t kTailShift = 16;  // Above: a waiter's name, or 0.

  // A hand-over to the pending waiter takes about one line transfer. Not unbounded: others could
  // hand over to each other by pending for ever, and we would be in no queue (starvation).
  static constexpr std::uint32_t kPendingLooks = 32;

  // Returns false, with nothing taken, if there are waiters.
  bool acquire_as_pending() {
    // [P1] (0,1,0): the pending waiter is about to enter, and its place about to be free. relaxed:
    //      only advice on which way to go.
    const std::optional<std::uint32_t> seen = word_.await_for(
        [](std::uint32_t word) { return word != kPending; }, memory_order::relaxed, kPendingLooks);
    if ((seen.value_or(kPending) & ~kLockedMask) != 0) return false;

    // [P2] (0,0,*) -> (0,1,*). relaxed: P3 carries the synchronisation.
    const std::uint32_t before = word_.fetch_or(kPending, memory_order::relaxed);
    if ((before & ~kLockedMask) != 0) {
      // [P5] (t,1,*) -> (t,0,*): we set the bit over a queue, whose head now waits for us (I2).
      //      relaxed: publishes nothing. Not a store of the byte: that would come between R1 and
      //      the head's Q6, which must read from R1's release sequence.
      if ((before & kPending) == 0) word_.fetch_and(~kPending, memory_order::relaxed);
      return false;
    }
    M::doorway();
    // [P3] (*,1,1) -> (*,1,0), by the holder. acquire, pairs with R1.
    word_.await([](std::uint32_t word) { return (word & kLockedMask) == 0; },
                memory_order::acquire);
    // [P4] (*,1,0) -> (*,0,1), both bytes at once: nobody may see neither. relaxed: whoever enters
    //      after us synchronises with our R1.
    word_.template part<std::uint16_t, 0>().store(kLocked, memory_order::relaxed);
    return true;
  }

  void acquire_in_queue() {
    const std::uint32_t thread = M::thread_index();
    auto& own = Waiters::of(thread);
    const std::uint32_t nesting = own.nesting;
    own.nesting = nesting + 1;
    M::keep_order_for_interrupts();  // Here and below: see I5.
    wait_in_queue(own.waiters[nesting], Waiters::name_of(thread, nesting));
    M::keep_order_for_interrupts();
    own.nesting = nesting;
  }

  // As it is now, so it stays until it is used: see I5.
  static bool has_free_node() {
    return Waiters::of(M::thread_index()).nesting < Waiters::kContexts;
  }

  // Without a node. Each round takes another thread's acquire or release.
  [[gnu::noinline, gnu::cold]] void acquire_by_tries() {
    Node node;
    do {
      // [N1] (0,0,0). relaxed: a hint when to try; A1 carries the order.
      word_.await([](std::uint32_t word) { return word == kFree; }, memory_order::relaxed);
    } while (!try_acquire(node));
    M::doorway();
  }

  void wait_in_queue(Waiter& waiter, std::uint16_t tail) {
    // [Q1] relaxed, as Q2.
    waiter.next.store(nullptr, memory_order::relaxed);
    Order::enter(waiter, tail);
    // [Q3] (t,*,*) -> (n,*,*). acq_rel, pairs with the neighbours' Q3: Q1 comes before the
    //      successor's Q4, so our null cannot overwrite the link.
    const std::uint16_t before =
        word_.template part<std::uint16_t, 1>().exchange(tail, memory_order::acq_rel);
    M::doorway();
    Others others{};
    if (before != 0) {
      // [Q4] release, pairs with Q9: our Q2 comes before the predecessor's Q10.
      Waiters::named(before).next.store(&waiter, memory_order::release);
      others = Order::await_head(waiter);
    }
    others = Order::arrange(waiter, others);
    // [Q6] (t,0,0): neither holder nor pending waiter. acquire, pairs with R1.
    const std::uint32_t word =
        word_.await([](std::uint32_t seen) { return (seen & (kLockedMask | kPending)) == 0; },
                    memory_order::acquire);
    if (word >> kTailShift != tail || !leave_empty(others, word)) hand_queue_on(waiter, others);
  }

  // Enters as the last of the queue; false if somebody came, or pending was set in passing (P5),
  // whose thread then queues behind us.
  bool leave_empty(Others others, std::uint32_t word) {
    return Order::leave(others, [this, word](std::uint32_t tail) {
      std::uint32_t expected = word;
      // [Q7] (n,0,0) -> (0,0,1), or the tail that the order gives, with its memory order.
      return word_.compare_exchange(expected, tail << kTailShift | kLocked, Order::kLeaveOrder,
                                    memory_order::relaxed);
    });
  }

  // Enters, and lets the successor wait for the lock itself.
  void hand_queue_on(Waiter& waiter, Others others) {
    // [Q8] (t,*,0) -> (t,*,1). relaxed: Q10 publishes it to the only one who could enter (I3).
    word_.template part<std::uint8_t, 0>().store(kLocked, memory_order::relaxed);
    // [Q9] acquire, pairs with Q4: Q10 comes after the successor's Q2. Bounded by the successor's
    //      steps from Q3 to Q4.
    Waiter* const successor =
        waiter.next.await([](Waiter* next) { return next != nullptr; }, memory_order::acquire);
    Order::hand_on(waiter, others, *successor);
  }

  typename M::template Cell<std::uint32_t> word_{kFree};
};

template <Machine M>
using QspinLock = BasicQspinLock<M>;

}  // namespace spinlab
