// LockOrder: which lock was acquired while which other one was held, and whether that can deadlock.
//
// A graph of locks: an edge from each held lock to the next one that its thread waited for. Two
// orders that contradict each other close a cycle, also when no deadlock happened. The locks are
// kept in a topological order, as in Pearce and Kelly, "A Dynamic Topological Sort Algorithm for
// Directed Acyclic Graphs", ACM Journal of Experimental Algorithmics 11 (2007): an edge that agrees
// with the order costs nothing more, another one reorders only the locks between its ends.
//
// An edge comes from the newest lock that the thread waited for (and from those it tried since):
// the older ones reach that one already. So the number of edges does not grow with the depth of
// nesting.
//
// Thread safety: all functions, at HIGH_LEVEL. Errors: without memory the program ends.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <vector>

#include "interface/pages.hpp"
#include "interface/verifier/lock_records.hpp"

namespace spinlab::verifier {

struct OrderEdge;

struct OrderNode {
  const LockRecord* lock = nullptr;
  std::uint32_t id = 0;       // Never used again; 0: none.
  std::int64_t position = 0;  // Edges go from lower to higher.
  OrderEdge* out = nullptr;
  OrderEdge* in = nullptr;
  bool is_reached = false;  // Of the search that is going on.
  const OrderEdge* reached_by = nullptr;
};

// Where an order was seen.
struct OrderStep {
  const LockRecord* held = nullptr;
  Call held_at{};
  const LockRecord* acquired = nullptr;
  Call acquired_at{};
};

struct OrderEdge {
  OrderNode* from = nullptr;
  OrderNode* to = nullptr;
  OrderEdge* next_out = nullptr;
  OrderEdge* next_in = nullptr;
  OrderEdge** link_out = nullptr;  // What points to this edge, in each of the two lists.
  OrderEdge** link_in = nullptr;
  Call held_at{};
  Call acquired_at{};
};

// The steps that lead from a lock back to itself; of a longer way, the first ones.
struct OrderCycle {
  static constexpr std::size_t kMaxSteps = 8;
  std::array<OrderStep, kMaxSteps> steps{};
  std::size_t length = 0;  // Of the whole way.
};

class LockOrder {
 public:
  static LockOrder& shared();

  // `step.acquired` is about to be waited for while `step.held` is held. The cycle that this would
  // close, if it does: then the order is not taken over, and reported once.
  std::optional<OrderCycle> add(LockRecord& held, LockRecord& acquired, const OrderStep& step);

  // Another lock has the storage from now on, or none.
  void forget(LockRecord& lock);

  // Their names for a cache; 0 if the lock is in no order yet.
  static std::uint32_t id_of(const LockRecord& lock) {
    // relaxed: nothing is read through it.
    return lock.order_id.load(std::memory_order::relaxed);
  }

 private:
  using Nodes = std::pmr::vector<OrderNode*>;

  OrderNode& node_of(LockRecord& lock);
  bool reach_forward(OrderNode& from, const OrderNode& target);
  void reach_backward(OrderNode& from, std::int64_t lowest);
  bool make_room(OrderNode& from, OrderNode& to);
  void reorder();
  void clear_marks();
  void link(OrderNode& from, OrderNode& to, const OrderStep& step);
  void unlink(OrderEdge& edge);
  static OrderCycle cycle_to(const OrderNode& last, const OrderStep& closing);

  std::mutex mutex_;
  PageResource pages_;
  std::pmr::unsynchronized_pool_resource resource_{&pages_};
  std::pmr::unordered_set<std::uint64_t> known_{&resource_};     // Edges, by their ends.
  std::pmr::unordered_set<std::uint64_t> reported_{&resource_};  // What closed a cycle.
  Nodes after_{&resource_};                                      // Reached from the edge's end.
  Nodes before_{&resource_};                                     // Reaching its beginning.
  Nodes both_{&resource_};
  std::pmr::vector<std::int64_t> positions_{&resource_};
  std::uint32_t nodes_ = 0;
  std::int64_t lowest_ = 0;
  std::int64_t highest_ = 0;
};

}  // namespace spinlab::verifier
