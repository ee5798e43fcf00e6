#include "interface/verifier/lock_order.hpp"

#include <algorithm>
#include <new>

#include "machines/native/blocks.hpp"

namespace spinlab::verifier {
namespace {

std::uint64_t key_of(const OrderNode& from, const OrderNode& to) {
  return std::uint64_t{from.id} << 32 | to.id;
}

bool is_earlier(const OrderNode* left, const OrderNode* right) {
  return left->position < right->position;
}

}  // namespace

LockOrder& LockOrder::shared() {
  alignas(LockOrder) static char storage[sizeof(LockOrder)];  // Never destroyed.
  static LockOrder* const order = ::new (storage) LockOrder;
  return *order;
}

std::optional<OrderCycle> LockOrder::add(LockRecord& held, LockRecord& acquired,
                                         const OrderStep& step) {
  const std::scoped_lock guard(mutex_);
  OrderNode& from = node_of(held);
  OrderNode& to = node_of(acquired);
  const std::uint64_t key = key_of(from, to);
  if (known_.contains(key) || reported_.contains(key)) return std::nullopt;
  if (make_room(from, to)) {
    known_.insert(key);
    link(from, to, step);
    return std::nullopt;
  }
  reported_.insert(key);
  const OrderCycle cycle = cycle_to(from, step);
  clear_marks();
  return cycle;
}

OrderNode& LockOrder::node_of(LockRecord& lock) {
  // relaxed, both: under the mutex.
  OrderNode* node = lock.order.load(std::memory_order::relaxed);
  if (node == nullptr) {
    node = &Blocks<OrderNode>::make();
    node->lock = &lock;
    node->id = ++nodes_;
    node->position = ++highest_;
    lock.order.store(node, std::memory_order::relaxed);
    lock.order_id.store(node->id, std::memory_order::relaxed);
  }
  return *node;
}

// Whether `from` comes before `to` now; false if it cannot, since `to` reaches it. Then the way is
// in the marks.
bool LockOrder::make_room(OrderNode& from, OrderNode& to) {
  if (from.position < to.position) return true;
  if (from.in == nullptr) {  // Nothing comes before it: it may go first.
    from.position = --lowest_;
    return true;
  }
  if (to.out == nullptr) {
    to.position = ++highest_;
    return true;
  }
  if (!reach_forward(to, from)) return false;
  reach_backward(from, to.position);
  reorder();
  clear_marks();
  return true;
}

// Fills after_ with what `from` reaches and is not after `target`; false if that is `target`.
bool LockOrder::reach_forward(OrderNode& from, const OrderNode& target) {
  after_.push_back(&from);
  from.is_reached = true;
  for (std::size_t next = 0; next < after_.size(); ++next) {
    for (const OrderEdge* edge = after_[next]->out; edge != nullptr; edge = edge->next_out) {
      OrderNode& to = *edge->to;
      if (to.is_reached || to.position > target.position) continue;
      to.is_reached = true;
      to.reached_by = edge;
      after_.push_back(&to);
      if (&to == &target) return false;
    }
  }
  return true;
}

// Fills before_ with what reaches `from` and is not before `lowest`.
void LockOrder::reach_backward(OrderNode& from, std::int64_t lowest) {
  before_.push_back(&from);
  from.is_reached = true;
  for (std::size_t next = 0; next < before_.size(); ++next) {
    for (const OrderEdge* edge = before_[next]->in; edge != nullptr; edge = edge->next_in) {
      OrderNode& node = *edge->from;
      if (node.is_reached || node.position < lowest) continue;
      node.is_reached = true;
      before_.push_back(&node);
    }
  }
}

// The places of all that was reached are shared out anew: first those before, then those after.
void LockOrder::reorder() {
  std::ranges::sort(before_, is_earlier);
  std::ranges::sort(after_, is_earlier);
  both_.assign(before_.begin(), before_.end());
  both_.insert(both_.end(), after_.begin(), after_.end());
  positions_.clear();
  for (const OrderNode* node : both_) positions_.push_back(node->position);
  std::ranges::sort(positions_);
  for (std::size_t i = 0; i < both_.size(); ++i) both_[i]->position = positions_[i];
}

void LockOrder::clear_marks() {
  for (Nodes* nodes : {&after_, &before_}) {
    for (OrderNode* node : *nodes) {
      node->is_reached = false;
      node->reached_by = nullptr;
    }
    nodes->clear();
  }
}

OrderCycle LockOrder::cycle_to(const OrderNode& last, const OrderStep& closing) {
  OrderCycle cycle;
  cycle.steps[0] = closing;
  cycle.length = 1;
  for (const OrderNode* node = &last; node->reached_by != nullptr; ++cycle.length) {
    const OrderEdge& edge = *node->reached_by;
    if (cycle.length < OrderCycle::kMaxSteps)
      cycle.steps[cycle.length] = {edge.from->lock, edge.held_at, edge.to->lock, edge.acquired_at};
    node = edge.from;
  }
  return cycle;
}

void LockOrder::link(OrderNode& from, OrderNode& to, const OrderStep& step) {
  OrderEdge* const edge = &Blocks<OrderEdge>::make();
  *edge = {&from, &to, from.out, to.in, &from.out, &to.in, step.held_at, step.acquired_at};
  if (from.out != nullptr) from.out->link_out = &edge->next_out;
  if (to.in != nullptr) to.in->link_in = &edge->next_in;
  from.out = edge;
  to.in = edge;
}

void LockOrder::unlink(OrderEdge& edge) {
  *edge.link_out = edge.next_out;
  if (edge.next_out != nullptr) edge.next_out->link_out = edge.link_out;
  *edge.link_in = edge.next_in;
  if (edge.next_in != nullptr) edge.next_in->link_in = edge.link_in;
  known_.erase(key_of(*edge.from, *edge.to));
  Blocks<OrderEdge>::destroy(edge);
}

void LockOrder::forget(LockRecord& lock) {
  if (id_of(lock) == 0) return;
  const std::scoped_lock guard(mutex_);
  OrderNode* const node = lock.order.load(std::memory_order::relaxed);
  if (node == nullptr) return;
  while (node->out != nullptr) unlink(*node->out);
  while (node->in != nullptr) unlink(*node->in);
  reported_.clear();  // What closed a cycle through it does so no more.
  lock.order.store(nullptr, std::memory_order::relaxed);
  lock.order_id.store(0, std::memory_order::relaxed);
  Blocks<OrderNode>::destroy(*node);
}

}  // namespace spinlab::verifier
