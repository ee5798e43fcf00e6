// Locks that are broken in their logic, which no operator at a site of a shipped lock can do.
// For the checker to find; never measured, never a backend.
#pragma once

#include "algorithms/cna_lock.hpp"
#include "algorithms/cohort_mcs_lock.hpp"
#include "algorithms/qspinlock_cna_lock.hpp"
#include "algorithms/twa_lock.hpp"

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

// Frees lock byte, pending bit and tail at once.
template <Machine M>
struct QspinClearsAll : QspinLock<M> {
  using typename QspinLock<M>::Node;
  void release(Node&) { this->word_.store(0, memory_order::release); }
};

// Takes the pending bit, and enters by it, whether or not there is a queue.
template <Machine M>
struct QspinPassesQueue : QspinLock<M> {
  using typename QspinLock<M>::Node;
  void acquire(Node& node) {
    if (this->try_acquire(node)) return M::doorway();
    const std::uint32_t before = this->word_.fetch_or(this->kPending, memory_order::relaxed);
    if ((before & this->kPending) != 0) return this->acquire_in_queue();
    M::doorway();
    this->word_.await([](std::uint32_t word) { return (word & 0xFF) == 0; }, memory_order::acquire);
    this->word_.template part<std::uint16_t, 0>().store(1, memory_order::relaxed);
  }
};

// Waits until a hand-over to the pending waiter is through, however long others keep that going.
template <Machine M>
struct QspinWaitsForPending : QspinLock<M> {
  using typename QspinLock<M>::Node;
  void acquire(Node& node) {
    if (this->try_acquire(node)) return M::doorway();
    this->word_.await([](std::uint32_t word) { return word != 0x100; }, memory_order::relaxed);
    if (!this->acquire_as_pending()) this->acquire_in_queue();
  }
};

// CNA for few threads: fair after one hand-over.
constexpr LockInfo fair_after_one(const LockInfo& cna, int threads) {
  LockInfo info = cna;
  info.bypass_bound = threads - 1;
  return info;
}
template <Machine M>
struct CnaSoonFair : BasicCnaLock<M, 1> {
  static constexpr LockInfo info = fair_after_one(BasicCnaLock<M, 1>::info, 3);
};
template <Machine M>
struct CnaNeverFair : BasicCnaLock<M, 1'000'000> {
  static constexpr LockInfo info = fair_after_one(BasicCnaLock<M, 1>::info, 3);
};

// Whoever is last in the main queue frees the lock, whatever waits in the secondary one.
template <Machine M>
struct CnaDropsSecondary : BasicCnaLock<M, 256> {
  using typename BasicCnaLock<M, 256>::Node;
  void release(Node& node) {
    Node* expected = &node;
    if (node.next.load(memory_order::acquire) == nullptr &&
        this->tail_.compare_exchange(expected, nullptr, memory_order::release,
                                     memory_order::relaxed))
      return;
    BasicCnaLock<M, 256>::release(node);
  }
};

// Appends to a secondary queue without telling its head which node is the last now.
template <Machine M>
struct CnaStaleTail : BasicCnaLock<M, 256> {
  using Base = BasicCnaLock<M, 256>;
  using typename Base::Node;
  void release(Node& node) {
    Node* const secondary = Base::to_node(node.grant.load(memory_order::relaxed));
    Node* const next = node.next.load(memory_order::acquire);
    if (secondary == nullptr || next == nullptr) return Base::release(node);
    const auto local = Base::find_local(node, next);
    if (local.last_skipped == nullptr || local.node == nullptr) return Base::release(node);
    Node* const last = &Base::last_of(*secondary);
    Base::skip(secondary, next, local);
    secondary->secondary_tail.store(last, memory_order::relaxed);
    Base::grant(*local.node, secondary, node.bypasses.load(memory_order::relaxed) + 1);
  }
};

// Cohorts of few threads on two nodes: the lock leaves a node after one hand-over.
template <class L>
constexpr LockInfo bounded_by(int bypasses) {
  LockInfo info = L::info;
  info.bypass_bound = bypasses;
  return info;
}
template <Machine M, std::uint32_t kLocalHandovers>
using Cohort = BasicCohortLock<M, GlobalTickets<M>, TicketLock<M>, kLocalHandovers, 2>;
template <Machine M>
using CohortOfMcs = BasicCohortLock<M, GlobalTickets<M>, McsLock<M>, 1, 2>;

template <Machine M>
struct CohortSoonFair : Cohort<M, 1> {
  static constexpr LockInfo info = bounded_by<Cohort<M, 1>>(Cohort<M, 1>::bypass_bound(3));
};
template <Machine M>
struct CohortBoundOneLess : Cohort<M, 1> {
  static constexpr LockInfo info = bounded_by<Cohort<M, 1>>(Cohort<M, 1>::bypass_bound(3) - 1);
};
template <Machine M>
struct CohortNeverFair : Cohort<M, 1'000'000> {
  static constexpr LockInfo info = bounded_by<Cohort<M, 1>>(Cohort<M, 1>::bypass_bound(3));
};

// On the ladder three threads bypass nobody. One is alone on its node: it enters once before the
// others' place, by one that it had before. And those do not learn that it waits.
template <Machine M>
struct CohortMcsSoonFair : CohortOfMcs<M> {
  static constexpr LockInfo info = bounded_by<CohortOfMcs<M>>(0);
};
// As published: who gives up the global lock leaves it to the next thread of its node to queue.
template <Machine M>
struct CohortQueuesLate : Cohort<M, 1> {
  static constexpr LockInfo info = bounded_by<Cohort<M, 1>>(0);
  using typename Cohort<M, 1>::Node;
  void release(Node& node) {
    auto& cohort = this->cohorts_[this->holder_.load(memory_order::relaxed)];
    const std::uint32_t standing = cohort.standing.load(memory_order::relaxed);
    cohort.standing.store(this->kAbsent, memory_order::relaxed);
    if (cohort.local.release_if_alone(node)) return void(this->global_.serve_next());
    const bool stays = standing == this->kServed;
    if (stays) cohort.standing.store(standing + 1, memory_order::relaxed);
    cohort.local.release(node);
    if (!stays) this->global_.serve_next();
  }
};

// Takes every NUMA node but its own for the same other one.
template <Machine M>
struct CohortOfTwoNodes : CohortLock<M> {
  using typename CohortLock<M>::Node;
  void release(Node& node) {
    // [R1] As shipped, but for the mask.
    this->holder_.store(this->holder_.load(memory_order::relaxed) & 1, memory_order::relaxed);
    CohortLock<M>::release(node);
  }
};

// The queued spin lock in an order, with neither fast path nor pending: so three threads are enough
// for two queues.
template <Machine M, class Order>
struct QueueOnly : BasicQspinLock<M, Order> {
  using typename BasicQspinLock<M, Order>::Node;
  void acquire(Node&) { this->acquire_in_queue(); }
};
template <Machine M, class Order, int kThreads>
struct QueueOfCna : QueueOnly<M, Order> {
  static constexpr LockInfo info = fair_after_one(BasicQspinCnaLock<M, 1>::info, kThreads);
};
template <Machine M>
struct QspinCnaSoonFair : QueueOfCna<M, QspinNumaOrder<M, 1>, 4> {};
template <Machine M>
struct QspinCnaNeverFair : QueueOfCna<M, QspinNumaOrder<M, 1'000'000>, 3> {};

// Whoever is last in the main queue leaves no tail, whatever waits in the secondary one.
template <Machine M>
struct ForgetsOthers : QspinNumaOrder<M, 1> {
  template <class LeaveTo>
  static bool leave(std::uint32_t, LeaveTo leave_to) {
    return leave_to(0);
  }
};
template <Machine M>
struct QspinCnaDropsSecondary : QueueOfCna<M, ForgetsOthers<M>, 3> {};

// The head never looks, as mostly: the queue is FIFO.
template <Machine M>
struct NeverLooks : QspinNumaOrder<M, 1> {
  using typename QspinNumaOrder<M, 1>::Waiter;
  static std::uint32_t arrange(Waiter&, std::uint32_t others) { return others; }
};
template <Machine M>
struct QspinCnaNeverLooks : QueueOnly<M, NeverLooks<M>> {};

// Calls the far waiter first, and then serves.
template <Machine M>
struct TwaCallsFirst : BasicTwaLock<M> {
  using typename BasicTwaLock<M>::Node;
  void release(Node&) {
    const std::uint32_t next = 1 - this->threads_ahead(0);
    this->slot_of(next + this->kNear).fetch_add(1, memory_order::release);
    this->serve_next();
  }
};

}  // namespace spinlab::mutant
