// When a write may be read by a read that came before it: TruSt's test of maximal addition.
#include "machines/checked/search.hpp"

namespace spinlab::checked {
namespace {

// Whether `id` was added in the canonical way, seen from the events that were there before it or
// that lead to the write which revisits.
bool was_added_maximally(const Graph& graph, Id id, const Event& event, const Clock& kept) {
  const auto is_earlier = [&](Id other) {
    return is_initial(other) || graph.at(other).stamp <= event.stamp || kept.has(other);
  };
  if (event.request.op == Op::kPark) return event.value == static_cast<Value>(kUsualSleep);
  Id message = id;
  if (event.kind == Kind::kRead || event.kind == Kind::kUpdateRead) {
    message = event.source;
    if (!is_earlier(message)) return false;
  } else if (event.kind == Kind::kWrite || event.kind == Kind::kUpdateWrite) {
    for (const Id read : graph.readers(event.request.cell))
      if (graph.at(read).source == id && graph.at(read).stamp < event.stamp) return false;
  } else {
    return true;  // There was no choice.
  }
  const IdList& order = graph.messages(event.request.cell);
  for (int at = graph.position_of(message) + 1; at < order.size(); ++at)
    if (order[at] != id && is_earlier(order[at])) return false;
  return true;
}

}  // namespace

bool may_revisit(const Graph& graph, Id read, Id write) {
  const Clock& kept = graph.at(write).causes;
  const std::uint32_t oldest = graph.at(read).stamp;
  for (int thread = 0; thread < graph.threads; ++thread) {
    for (int index = graph.count(thread) - 1; index >= kept.count(thread); --index) {
      const Event& event = graph.at(thread, index);
      if (event.stamp < oldest) break;  // Stays, and so does all before it.
      if (!was_added_maximally(graph, event_id(thread, index), event, kept)) return false;
    }
  }
  return true;
}

}  // namespace spinlab::checked
