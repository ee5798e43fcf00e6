// TicketApart: the ticket lock with each counter on a line of its own, as models of it assume.
#pragma once

#include "machines/machine.hpp"

namespace spinlab::simulated {

template <class M>
class TicketApart {
  using Counter = typename M::template Cell<std::uint32_t>;

 public:
  struct Node {};
  void acquire(Node&) {
    const std::uint32_t ticket = next_.fetch_add(1, memory_order::relaxed);
    serving_.await([ticket](std::uint32_t now) { return now == ticket; }, memory_order::acquire);
  }
  void release(Node&) {
    serving_.store(serving_.load(memory_order::relaxed) + 1, memory_order::release);
  }

 private:
  alignas(M::kLineBytes) Counter next_{0};
  alignas(M::kLineBytes) Counter serving_{0};
};

}  // namespace spinlab::simulated
