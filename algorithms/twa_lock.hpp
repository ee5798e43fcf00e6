// TwaLock: ticket lock whose far waiters wait in an array that all locks share, not on the lock.
//
// Source     Dice and Kogan, "TWA - Ticket Locks Augmented with a Waiting Array", Euro-Par 2019.
// Fairness   FIFO in the order of ticket draws (the doorway).
// Space      one word per lock, no waiting node; one array (16 KB) for all locks of the program.
// Traffic    uncontended pair: 2 RMWs and 1 store. Contended hand-over: O(1) line transfers, since
//            only the next in line reads now_serving_ again and again, and a release calls one more
//            near. Tickets or locks that share a slot wake each other for nothing, and wait again.
//
// Invariants, besides those of TicketCounters
//   I1  A slot counts the releases that called one of its tickets near: it only grows (modulo 2^32).
//   I2  Who reads a slot as a release left it sees that release's now_serving_: R2 comes before R3.
//       So who looked at the slot first, and at now_serving_ next, and is far still, has not missed
//       the release that will call it.
//   I3  After R2 a release takes the lock's address, and touches the array only: the lock may end
//       with its next holder.
#pragma once

#include "algorithms/ticket_counters.hpp"

namespace spinlab {

template <Machine M, std::uint32_t kSlots = 4096>
class BasicTwaLock : public TicketCounters<M> {
  static_assert(kSlots > 0 && (kSlots & (kSlots - 1)) == 0);

  template <class T>
  using Cell = typename M::template Cell<T>;

 public:
  static constexpr LockInfo info{
      .title = "ticket with a waiting array (TWA)",
      .family = "ticket",
      .source = "Dice and Kogan, TWA - Ticket Locks Augmented with a Waiting Array",
      .year = 2019,
      .fairness = Fairness::kFifo,
      .bypass_bound = 0,
      .words = 1,
      .node = NodeKind::kNone};

  using typename TicketCounters<M>::Node;

  void acquire(Node&) {
    const std::uint32_t ticket = this->draw_ticket();
    if (is_far(ticket)) [[unlikely]]
      wait_until_near(ticket);
    // A2 of TicketCounters.
    this->await_turn(ticket);
  }

  void release(Node&) {
    // R2 of TicketCounters, the grant, comes first: whoever waits for the lock need not wait for R3.
    const std::uint32_t serving = this->serve_next();
    // [R3] release, pairs with W1 and W2: who sees this sees the grant. Relaxed, or before the
    //      grant, a far waiter could find the slot changed already and the grant not yet, and wait
    //      for a change that nobody will make.
    slot_of(serving + kNear).fetch_add(1, memory_order::release);
  }

 protected:
  // The next in line waits on now_serving_ itself; those behind it are far.
  static constexpr std::uint32_t kNear = 1;

  struct Slot {
    Cell<std::uint32_t> calls{0};
  };
  struct WaitingArray {
    Slot slots[kSlots];
  };

  // By P1 of TicketCounters.
  bool is_far(std::uint32_t ticket) const { return this->threads_ahead(ticket) > kNear; }

  [[gnu::noinline]] void wait_until_near(std::uint32_t ticket) {
    const Cell<std::uint32_t>& slot = slot_of(ticket);
    // [W1] acquire, pairs with R3: is_far() looks at now_serving_ after it, and sees what the
    //      releases counted here have served (I2).
    std::uint32_t calls = slot.load(memory_order::acquire);
    while (is_far(ticket)) {
      // [W2] As W1. Each round takes a release that called somebody of this slot.
      calls =
          slot.await([calls](std::uint32_t now) { return now != calls; }, memory_order::acquire);
    }
  }

  // Spread so that neither neighbouring tickets nor neighbouring locks share a line: 127 slots are
  // four lines of 128 bytes less one slot; the multiplier is 2^32 divided by the golden ratio.
  Cell<std::uint32_t>& slot_of(std::uint32_t ticket) const {
    const std::uintptr_t place = M::place_of(this);
    const auto lock = (static_cast<std::uint32_t>(place >> 3) * 0x9E3779B9U) >> 16;
    return M::template shared<WaitingArray>().slots[(lock + ticket * 127U) % kSlots].calls;
  }
};

template <Machine M>
using TwaLock = BasicTwaLock<M>;

}  // namespace spinlab
