// Locks that are broken in their logic, which no operator at a site of a shipped lock can do.
// For the checker to find; never measured, never a backend.
#pragma once

#include "algorithms/lock.hpp"

namespace spinlab::mutant {

inline constexpr LockInfo kInfo{.title = "a broken lock",
                                .family = "mutant",
                                .source = "spinlab",
                                .year = 2026,
                                .fairness = Fairness::kNone,
                                .bypass_bound = 0,
                                .words = 1,
                                .node = NodeKind::kNone};

// A ticket lock whose counters and next value are the policy's.
template <Machine M, class Policy>
class Ticket {
 public:
  static constexpr LockInfo info = kInfo;
  struct Node {};

  void acquire(Node&) {
    const std::uint32_t ticket = next_.fetch_add(1, memory_order::relaxed) & Policy::kMask;
    serving_.await([ticket](std::uint32_t serving) { return serving == ticket; },
                   memory_order::acquire);
  }
  void release(Node&) {
    const std::uint32_t serving = serving_.load(memory_order::relaxed);
    serving_.store(Policy::after(serving, next_.load(memory_order::relaxed)) & Policy::kMask,
                   memory_order::release);
  }
  bool is_held() const { return false; }

 private:
  typename M::template Cell<std::uint32_t> next_{0};
  typename M::template Cell<std::uint32_t> serving_{0};
};

struct SkipsATurn {
  static constexpr std::uint32_t kMask = ~0U;
  static std::uint32_t after(std::uint32_t serving, std::uint32_t) { return serving + 2; }
};
struct ServesTheLast {
  static constexpr std::uint32_t kMask = ~0U;
  static std::uint32_t after(std::uint32_t, std::uint32_t next) { return next; }
};
struct HasOneBit {
  static constexpr std::uint32_t kMask = 1;
  static std::uint32_t after(std::uint32_t serving, std::uint32_t) { return serving + 1; }
};
template <Machine M>
using TicketSkips = Ticket<M, SkipsATurn>;
template <Machine M>
using TicketServesLast = Ticket<M, ServesTheLast>;
template <Machine M>
using TicketOneBit = Ticket<M, HasOneBit>;

// CLH whose waiters look at `Policy`'s element, and whose nodes keep theirs if it says so.
template <Machine M, bool kKeepsElement, bool kWaitsForOwn>
class Clh {
  struct Element {
    typename M::template Cell<bool> locked{false};
  };

 public:
  static constexpr LockInfo info = kInfo;
  struct Node {
    Element elements[1];
    Element* own = &elements[0];
    Element* predecessor = nullptr;
  };

  void acquire(Node& node) {
    node.own->locked.store(true, memory_order::relaxed);
    node.predecessor = tail_.exchange(node.own, memory_order::acq_rel);
    if (node.predecessor == nullptr) return;
    Element* const awaited = kWaitsForOwn ? node.own : node.predecessor;
    awaited->locked.await([](bool locked) { return !locked; }, memory_order::acquire);
  }
  void release(Node& node) {
    Element* const released = node.own;
    if (!kKeepsElement && node.predecessor != nullptr) node.own = node.predecessor;
    released->locked.store(false, memory_order::release);
  }
  bool is_held() const { return false; }

 private:
  typename M::template Cell<Element*> tail_{nullptr};
};
template <Machine M>
using ClhKeepsElement = Clh<M, true, false>;
template <Machine M>
using ClhWaitsForOwn = Clh<M, false, true>;

// Hemlock whose grant is a flag: it does not say which lock it grants.
template <Machine M>
class HemlockFlag {
  struct Grant {
    typename M::template Cell<bool> given{false};
  };

 public:
  static constexpr LockInfo info = kInfo;
  struct Node {};

  void acquire(Node&) {
    Grant* const predecessor = tail_.exchange(&own(), memory_order::acq_rel);
    if (predecessor == nullptr) return;
    predecessor->given.await([](bool given) { return given; }, memory_order::acquire);
    predecessor->given.store(false, memory_order::release);
  }
  void release(Node&) {
    Grant* expected = &own();
    if (tail_.compare_exchange(expected, nullptr, memory_order::release, memory_order::relaxed))
      return;
    own().given.store(true, memory_order::release);
    own().given.await([](bool given) { return !given; }, memory_order::acquire);
  }
  bool is_held() const { return false; }

 private:
  static Grant& own() { return M::template thread_slot<Grant>(); }

  typename M::template Cell<Grant*> tail_{nullptr};
};

}  // namespace spinlab::mutant
