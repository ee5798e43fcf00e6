#include "machines/checked/beyond.hpp"

namespace spinlab::checked {
namespace {

bool writes_always(Op op) {
  return op == Op::kStore || op == Op::kPlainStore || op == Op::kBirth || op == Op::kDeath;
}

}  // namespace

Beyond::Beyond(const Graph& graph, int thread, const Request& first) : first_(first) {
  for (int index = 0; index < graph.count(thread); ++index) {
    const Event& event = graph.at(thread, index);
    if (touches_cell(event.request.op)) seen_[event.request.cell] = event.value;
  }
}

const Event* Beyond::perform(const Graph& graph, const Request& request) {
  ++operations_;
  if (request.op == Op::kPark) return nullptr;
  if (!touches_cell(request.op)) return &event_;
  std::optional<Value>& seen = seen_[request.cell];
  if (!seen) seen = graph.value_of(graph.messages(request.cell).back());
  if (writes_always(request.op)) seen = request.operand;
  event_.value = *seen;
  if (!request.satisfied_by(*seen)) return nullptr;
  if (request.updates(*seen)) seen = request.written_over(*seen);
  return &event_;
}

}  // namespace spinlab::checked
