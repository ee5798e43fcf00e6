// TicketCounters: the two counters that ticket locks share; how a thread waits for its turn is
// the difference between them.
//
// Source     Reed and Kanodia, "Synchronization with Eventcounts and Sequencers", CACM 22(2),
//            1979; as a spin lock in Mellor-Crummey and Scott, ACM TOCS 9(1), 1991, algorithm 2.
// Space      one word: two counters of 32 bits, all zero when new.
//
// Invariants
//   I1  now_serving_ <= next_ticket_ (modulo 2^32); equal iff the lock is free.
//   I2  The holder is the thread whose ticket equals now_serving_; only it writes that cell.
#pragma once

#include "algorithms/lock.hpp"

namespace spinlab {

template <Machine M>
class TicketCounters {
 public:
  struct Node {};

  bool try_acquire(Node&) {
    // [T1] acquire, pairs with R2: taken before the draw, which can be relaxed as A1 is.
    std::uint32_t expected = now_serving_.load(memory_order::acquire);
    // [T2] relaxed: succeeds only if no ticket was drawn since T1's turn began, so T1 read the
    //      newest now_serving_ (I1), and T1 carries the synchronisation.
    return next_ticket_.compare_exchange(expected, expected + 1, memory_order::relaxed,
                                         memory_order::relaxed);
  }

  void release(Node&) { serve_next(); }

  bool is_held() const {
    // [H1] acquire: H2 comes after it. Read the other way round, a hand-over in between would make
    //      a lock that was never free look free.
    const std::uint32_t serving = now_serving_.load(memory_order::acquire);
    // [H2] relaxed: a hint, old as soon as it is read.
    return serving != next_ticket_.load(memory_order::relaxed);
  }

 protected:
  // Returns the ticket that now holds the lock, or will.
  std::uint32_t serve_next() {
    // [R1] relaxed: only the holder writes this cell (I2), so we read our own ticket.
    const std::uint32_t serving = now_serving_.load(memory_order::relaxed);
    // [R2] release, pairs with A2 and T1: publishes our critical section to the next holder.
    now_serving_.store(serving + 1, memory_order::release);
    return serving + 1;
  }

  std::uint32_t draw_ticket() {
    const std::uint32_t ticket = join_line();
    M::doorway();
    return ticket;
  }

  // The draw itself, where it is no doorway.
  std::uint32_t join_line() {
    // [A1] relaxed: the draw only decides the order; A2 carries the synchronisation.
    return next_ticket_.fetch_add(1, memory_order::relaxed);
  }

  // Releases and returns true, unless it sees that somebody waits.
  bool release_if_alone(Node&) {
    // [L1] relaxed: whoever is overlooked waits for R2, as if it had come after it.
    const std::uint32_t next = next_ticket_.load(memory_order::relaxed);
    const bool alone = threads_ahead(next) == 1;  // The holder.
    if (alone) serve_next();
    return alone;
  }

  // How many enter before the ticket, the holder included.
  std::uint32_t threads_ahead(std::uint32_t ticket) const {
    // [P1] relaxed: only decides how to wait; A2 carries the synchronisation.
    return ticket - now_serving_.load(memory_order::relaxed);
  }

  // One unit between looks.
  void await_turn(std::uint32_t ticket) {
    await_turn(ticket, [](std::uint32_t) { return std::uint32_t{1}; });
  }

  template <class Pace>
  void await_turn(std::uint32_t ticket, Pace pace) {
    // [A2] acquire, pairs with R2: the previous critical section happens before ours.
    now_serving_.await([ticket](std::uint32_t serving) { return serving == ticket; },
                       memory_order::acquire, pace);
  }

 private:
  typename M::template Cell<std::uint32_t> next_ticket_{0};
  typename M::template Cell<std::uint32_t> now_serving_{0};
};

}  // namespace spinlab
