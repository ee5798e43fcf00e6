// TicketBackoffLock: ticket lock whose waiters relax in proportion to their distance in line.
//
// Source     Mellor-Crummey and Scott, "Algorithms for Scalable Synchronization on
//            Shared-Memory Multiprocessors", ACM TOCS 9(1), 1991, algorithm 2.
// Fairness   FIFO in the order of ticket draws (the doorway).
// Space      one word per lock, no waiting node.
// Traffic    as the ticket lock, but a waiter far back looks rarely: near O(1) transfers a
//            hand-over if the pace fits the length of the critical section.
//
// Invariants  those of TicketCounters.
#pragma once

#include "algorithms/ticket_counters.hpp"

namespace spinlab {

template <Machine M>
class TicketBackoffLock : public TicketCounters<M> {
 public:
  static constexpr LockInfo info{
      .title = "ticket, proportional backoff",
      .family = "ticket",
      .source = "Mellor-Crummey and Scott, Algorithms for Scalable Synchronization",
      .year = 1991,
      .fairness = Fairness::kFifo,
      .bypass_bound = 0,
      .words = 1,
      .node = NodeKind::kNone};

  using typename TicketCounters<M>::Node;

  void acquire(Node&) {
    const std::uint32_t ticket = this->draw_ticket();
    this->await_turn(ticket, [ticket](std::uint32_t serving) {
      const std::uint32_t threads_ahead = ticket - serving;  // The holder counts: never 0 here.
      return 1 + (threads_ahead - 1) * kUnitsPerHandover;
    });
  }

 private:
  // About one hand-over between neighbouring cores (100 to 200 ns), in pauses of 20 to 40 ns. The
  // next in line does not wait longer than a plain ticket lock's waiter.
  static constexpr std::uint32_t kUnitsPerHandover = 4;
};

}  // namespace spinlab
