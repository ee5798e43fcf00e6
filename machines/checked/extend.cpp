#include "machines/checked/extend.hpp"

namespace spinlab::checked {
namespace {

void count_itself(Event& event, Id id) {
  event.before.include(thread_of(id), index_of(id));
  event.acquirable.include(thread_of(id), index_of(id));
  event.causes.include(thread_of(id), index_of(id));
}

// Program order: what the predecessor in the thread knew.
void inherit(const Graph& graph, Event& event, int thread, int index) {
  if (index == 0) {
    event.before = event.acquirable = event.fenced = event.causes = Clock{};
    return;
  }
  const Event& predecessor = graph.at(thread, index - 1);
  event.before = predecessor.before;
  event.acquirable = predecessor.acquirable;
  event.fenced = predecessor.fenced;
  event.causes = predecessor.causes;
}

memory_order read_order(const Request& request, bool writes_too) {
  if (request.op == Op::kPartStore) return memory_order::relaxed;
  return request.op == Op::kCompareExchange && !writes_too ? request.failure_order : request.order;
}

// What an acquiring read of these bytes learns from a message: the views of the writes that the
// bytes come from. A part's store ends the release sequences on the bytes that it writes; what it
// does not write still comes from where it came from.
Clock view_of(const Graph& graph, Id message, unsigned bytes) {
  Clock view;
  while (!is_initial(message) && bytes != 0) {
    const Event& write = graph.at(message);
    const unsigned written = write.request.bytes;
    if ((bytes & written) != 0) view.join(write.message);
    bytes &= ~written;
    if (bytes != 0) message = graph.at(static_cast<Id>(message - 1)).source;
  }
  return view;
}

bool is_plain_store(Op op) { return op == Op::kPlainStore || op == Op::kBirth || op == Op::kDeath; }

// An atomic access races only with plain writes; a plain load with all writes; a plain store with
// every access.
Id conflict_of(const Graph& graph, const Clock& before, const Request& request) {
  const Graph::Cell& cell = graph.cell[request.cell];
  const bool plain = request.op >= Op::kPlainLoad;
  if (!plain && cell.plain_writes == 0) return kNoEvent;
  for (const Id message : cell.messages) {
    if (before.has(message)) continue;
    if (plain || graph.at(message).kind == Kind::kPlainWrite) return message;
  }
  if (is_plain_store(request.op))
    for (const Id read : cell.readers)
      if (!before.has(read)) return read;
  return kNoEvent;
}

}  // namespace

Fault fault_of(const Graph& graph, int thread, const Request& request, Id* conflict) {
  if (!touches_cell(request.op)) return Fault::kNone;
  const Id other = conflict_of(graph, graph.before(thread, graph.count(thread)), request);
  if (conflict != nullptr) *conflict = other;
  if (other != kNoEvent) return Fault::kRace;
  const Id newest = graph.messages(request.cell).back();
  if (request.op == Op::kBirth || is_initial(newest)) return Fault::kNone;
  if (graph.at(newest).request.op != Op::kDeath) return Fault::kNone;
  if (conflict != nullptr) *conflict = newest;
  return Fault::kDeadCell;
}

Event& append(Graph& graph, int thread, const Request& request, Kind kind, std::uint32_t uid) {
  const int index = graph.count(thread);
  Event& event = graph.at(thread, index);
  inherit(graph, event, thread, index);
  graph.set_count(thread, index + 1);
  event.request = request;
  event.kind = kind;
  event.blocked = false;
  event.position = 0;
  event.source = kNoEvent;
  event.stamp = ++graph.stamp;
  event.uid = uid;
  event.message = Clock{};
  return event;
}

void set_source(Graph& graph, Id read, Id source) {
  Event& event = graph.at(read);
  inherit(graph, event, thread_of(read), index_of(read));
  event.source = source;
  event.value = graph.value_of(source);
  event.blocked = !event.request.satisfied_by(event.value);
  const bool writes_too = !event.blocked && event.request.updates(event.value);
  event.kind = writes_too ? Kind::kUpdateRead : Kind::kRead;
  if (!is_initial(source)) {
    const Event& message = graph.at(source);
    event.causes.join(message.causes);
    const Clock view = view_of(graph, source, event.request.bytes);
    // A part's store merges with the message, but no fence acquires by it.
    if (event.request.op != Op::kPartStore) event.acquirable.join(view);
    if (acquires(read_order(event.request, writes_too))) event.before.join(view);
  }
  count_itself(event, read);
  if (writes_too) graph.owes_write = thread_of(read);
}

void finish_write(Graph& graph, int thread) {
  const Id id = event_id(thread, graph.count(thread) - 1);
  Event& event = graph.at(id);
  count_itself(event, id);
  event.message = releases(event.request.order) ? event.before : event.fenced;
  if (event.kind != Kind::kUpdateWrite || event.request.op == Op::kPartStore) return;
  const Id source = graph.at(thread, index_of(id) - 1).source;
  event.message.join(view_of(graph, source, event.request.bytes));  // The release sequence.
}

void append_park(Graph& graph, int thread, const Request& request, Sleep sleep, std::uint32_t uid) {
  Event& event = append(graph, thread, request, Kind::kFixed, uid);
  event.value = static_cast<Value>(sleep);
  count_itself(event, event_id(thread, graph.count(thread) - 1));
}

void append_fixed(Graph& graph, int thread, const Request& request, std::uint32_t uid) {
  const Id id = event_id(thread, graph.count(thread));
  if (request.op == Op::kFence || request.op == Op::kMark) {
    Event& event = append(graph, thread, request, Kind::kFixed, uid);
    const bool fence = request.op == Op::kFence;
    if (fence && acquires(request.order)) event.before.join(event.acquirable);
    count_itself(event, id);
    if (fence && releases(request.order)) event.fenced = event.before;
    return;
  }
  const bool store = is_plain_store(request.op);
  Event& event = append(graph, thread, request, store ? Kind::kPlainWrite : Kind::kPlainRead, uid);
  count_itself(event, id);
  if (store) {
    event.value = request.operand;
    event.message = event.before;  // Whoever may read it at all knows it already.
    graph.place(request.cell, graph.messages(request.cell).size(), id);
    ++graph.cell[request.cell].plain_writes;
  } else {
    event.source = graph.messages(request.cell).back();
    event.value = graph.value_of(event.source);
    graph.add_reader(request.cell, id);
  }
}

Event& append_read(Graph& graph, int thread, const Request& request, Id source, std::uint32_t uid) {
  const Id id = event_id(thread, graph.count(thread));
  Event& event = append(graph, thread, request, Kind::kRead, uid);
  set_source(graph, id, source);
  graph.add_reader(request.cell, id);
  return event;
}

Event& append_write(Graph& graph, int thread, const Request& request, bool owed,
                    std::uint32_t uid) {
  const Value value = owed ? request.written_over(graph.newest(thread).value) : request.operand;
  Event& event = append(graph, thread, request, owed ? Kind::kUpdateWrite : Kind::kWrite, uid);
  event.value = value;
  finish_write(graph, thread);
  return event;
}

void remove_newest(Graph& graph, int thread) {
  const Event& event = graph.newest(thread);
  const Id id = event_id(thread, graph.count(thread) - 1);
  if (reads(event.kind)) graph.remove_reader(event.request.cell, id);
  if (event.kind == Kind::kPlainWrite) {
    graph.displace(event.request.cell, id);
    --graph.cell[event.request.cell].plain_writes;
  }
  graph.stamp = event.stamp - 1;
  graph.set_count(thread, graph.count(thread) - 1);
}

}  // namespace spinlab::checked
