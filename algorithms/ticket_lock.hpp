// TicketLock: FIFO lock in which all waiters spin on one shared counter.
//
// Source     Reed and Kanodia, "Synchronization with Eventcounts and Sequencers", CACM 22(2),
//            1979; as a spin lock in Mellor-Crummey and Scott, ACM TOCS 9(1), 1991, algorithm 2.
// Fairness   FIFO in the order of ticket draws (the doorway).
// Space      one word per lock, no waiting node.
// Traffic    every hand-over invalidates the line in all waiters: O(waiters) transfers.
//
// Invariants  those of TicketCounters.
#pragma once

#include "algorithms/ticket_counters.hpp"

namespace spinlab {

template <Machine M>
class TicketLock : public TicketCounters<M> {
 public:
  static constexpr LockInfo info{
      .title = "ticket",
      .family = "ticket",
      .source = "Reed and Kanodia, Synchronization with Eventcounts and Sequencers",
      .year = 1979,
      .fairness = Fairness::kFifo,
      .bypass_bound = 0,
      .words = 1,
      .node = NodeKind::kNone};

  using typename TicketCounters<M>::Node;
  using TicketCounters<M>::release_if_alone;

  void acquire(Node&) {
    // A1 and A2 of TicketCounters.
    this->await_turn(this->draw_ticket());
  }
};

}  // namespace spinlab
