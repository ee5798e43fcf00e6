// CohortLock: a lock for each NUMA node under a global one, which stays with a node's threads, a
// cohort, for a while.
//
// Source     Dice, Marathe and Shavit, "Lock Cohorting: A General Technique for Designing NUMA
//            Locks", PPoPP 2012; ACM TOPC 1(2), 2015. Here the holder that gives up the global lock
//            draws the next ticket for those who wait behind it; there the next of them draws it,
//            and whoever is slow to do so can be bypassed without end.
// Fairness   bounded; FIFO among threads of one node. With n cohorts, hand-over limit h, p threads:
//            1. A tenure, from a cohort's turn in the global queue to its end, is h + 1 entries at
//               most. A cohort has one place in that queue, so n - 1 tenures of others at most come
//               before each of its own.
//            2. A waiting thread has p - 2 others of its node before it at most, or nobody is left
//               elsewhere to bypass it. So its cohort begins ceil((p - 1) / (h + 1)) tenures at
//               most until it enters: one ends early only if its holder sees nobody wait.
//            3. Before the first of these, each other cohort's first entry is no bypass: that
//               thread's place in the global queue was the older one.
//            So (n - 1) ((h + 1) ceil((p - 1) / (h + 1)) - 1) later arrivals enter before it; with
//            h >= p - 2 that is (n - 1) h. The count begins when a holder has seen it wait, or when
//            its cohort has a place in the global queue. Not counted yet are those who came to a
//            node without a holder, or whose holder had looked for them already; the first of them
//            draws the place as soon as it has the local lock.
// Space      two lines and one for each cohort; a waiting node if the local lock has one.
// Traffic    uncontended pair: that of both locks. A hand-over within the node is the local lock's,
//            and touches no line that other nodes write; few hand-overs leave the node.
//
// Invariants
//   I1  The lock is held only by a thread that holds its cohort's local lock while the cohort's
//       place in the global queue is served.
//   I2  A cohort has a place in the global queue iff its `standing` is not kAbsent, but for the
//       steps of the local lock's holder between the two. One place at most, and those of tries
//       that back out.
//   I3  A cohort's fields are read and written by the holder of its local lock only, holder_ by the
//       holder of the lock only. So the local hand-over, or the global one, orders them.
//   I4  A free local lock's cohort is kAbsent: a waiting thread takes over any other standing, and
//       none ever leaves the queue.
//   I5  The last access of a release is the one that lets the next thread enter: the lock may end
//       with that one.
#pragma once

#include "algorithms/ticket_lock.hpp"

namespace spinlab {

// The global level: a ticket lock whose tickets may be drawn for, and released by, other threads.
template <Machine M>
class GlobalTickets : public TicketCounters<M> {
 public:
  using TicketCounters<M>::join_line;
  using TicketCounters<M>::await_turn;
  using TicketCounters<M>::serve_next;

  bool try_enter() {
    typename TicketCounters<M>::Node none;
    return this->try_acquire(none);
  }
};

// The local level: a FIFO lock that can tell whether somebody waits.
template <class L>
concept CohortLevel = TryLock<L> && requires(L lock, typename L::Node node) {
  requires L::info.fairness == Fairness::kFifo;
  { lock.release_if_alone(node) } -> std::same_as<bool>;
};

// Global as GlobalTickets. Threads of NUMA nodes whose numbers are the same modulo kNodes share a
// cohort.
template <Machine M, class Global, CohortLevel Local, std::uint32_t kLocalHandovers = 64,
          std::uint32_t kNodes = 8>
class BasicCohortLock {
  template <class T>
  using Cell = typename M::template Cell<T>;

 public:
  // See Fairness.
  static constexpr int bypass_bound(std::uint32_t threads) {
    constexpr std::uint32_t kTenure = kLocalHandovers + 1;
    const std::uint32_t tenures = (threads - 1 + kTenure - 1) / kTenure;
    return static_cast<int>((kNodes - 1) * (kTenure * tenures - 1));
  }

  static constexpr LockInfo info{
      .title = "cohort",
      .family = "hierarchical",
      .source = "Dice, Marathe and Shavit, Lock Cohorting",
      .year = 2012,
      .fairness = Fairness::kBounded,
      .bypass_bound = bypass_bound(M::kMaxThreads),
      .words = static_cast<int>((2 + kNodes) * M::kLineBytes / sizeof(void*)),
      .node = Local::info.node};

  using Node = typename Local::Node;

  void acquire(Node& node) {
    const std::uint32_t here = M::node() % kNodes;
    Cohort& cohort = cohorts_[here];
    cohort.local.acquire(node);  // With the doorway.
    // [A1] relaxed: the local lock orders it (I3).
    const std::uint32_t standing = cohort.standing.load(memory_order::relaxed);
    if (standing >= kServed) return;
    // [A2] relaxed, as A1.
    global_.await_turn(standing == kInLine ? cohort.place.load(memory_order::relaxed)
                                           : global_.join_line());
    begin_tenure(here);
  }

  // The global lock first: to give that back takes no wait, but a local release may have to wait
  // for a successor that is about to link itself.
  bool try_acquire(Node& node) {
    const std::uint32_t here = M::node() % kNodes;
    if (!global_.try_enter()) return false;
    if (cohorts_[here].local.try_acquire(node)) {
      begin_tenure(here);
      return true;
    }
    global_.serve_next();
    return false;
  }

  void release(Node& node) {
    // [R1] relaxed: written in this tenure (I3). Not M::node(): the thread may have moved.
    Cohort& cohort = cohorts_[holder_.load(memory_order::relaxed)];
    // [R2] relaxed, as A1.
    const std::uint32_t standing = cohort.standing.load(memory_order::relaxed);
    // [R3] relaxed: the local release publishes it. Before that, since afterwards it is not ours.
    cohort.standing.store(kAbsent, memory_order::relaxed);
    // From here on, or never, somebody waits for us (I4).
    if (cohort.local.release_if_alone(node)) {
      global_.serve_next();
    } else if (standing - kServed < kLocalHandovers) {
      // [R4] relaxed, as R3.
      cohort.standing.store(standing + 1, memory_order::relaxed);
      cohort.local.release(node);
    } else {
      queue_behind_others(cohort);
      cohort.local.release(node);
      global_.serve_next();
    }
  }

  bool is_held() const { return global_.is_held(); }

 protected:
  static_assert(kLocalHandovers > 0 && kNodes > 1);

  // A cohort's standing in the global queue. kServed and above: its turn, and hand-overs within it.
  static constexpr std::uint32_t kAbsent = 0;  // No place. Set by R3.
  static constexpr std::uint32_t kInLine = 1;  // `place` is the next thread's. Set by R6.
  static constexpr std::uint32_t kServed = 2;  // Set by B2, counted on by R4.

  struct alignas(M::kLineBytes) Cohort {
    Local local;
    Cell<std::uint32_t> standing{kAbsent};
    Cell<std::uint32_t> place{0};
  };

  // Draws before the global lock is released: who comes after that is behind us.
  void queue_behind_others(Cohort& cohort) {
    // [R5, R6] relaxed, as R3.
    cohort.place.store(global_.join_line(), memory_order::relaxed);
    cohort.standing.store(kInLine, memory_order::relaxed);
  }

  void begin_tenure(std::uint32_t here) {
    // [B1, B2] relaxed: the next reader holds the same local lock, or the lock after us (I3).
    //      Without B2 the lock would leave the node after each entry, and still exclude.
    holder_.store(here, memory_order::relaxed);
    cohorts_[here].standing.store(kServed, memory_order::relaxed);
  }

  alignas(M::kLineBytes) Global global_;
  // Which cohort holds. On a line of its own: each release reads it, each tenure writes it once,
  // and waiting cohorts write the global lock's line.
  alignas(M::kLineBytes) Cell<std::uint32_t> holder_{0};
  Cohort cohorts_[kNodes];
};

constexpr LockInfo titled(LockInfo info, const char* title) {
  info.title = title;
  return info;
}

template <Machine M>
struct CohortLock : BasicCohortLock<M, GlobalTickets<M>, TicketLock<M>> {
  static constexpr LockInfo info =
      titled(CohortLock::BasicCohortLock::info, "cohort, tickets on a node (C-TKT-TKT)");
};

}  // namespace spinlab
