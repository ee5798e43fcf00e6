#include "machines/checked/graph.hpp"

namespace spinlab::checked {

Id Graph::taker_of(Id message, int of_cell) const {
  const int next = position_of(message) + 1;
  const IdList& order = messages(of_cell);
  if (next >= order.size()) return kNoEvent;
  const Event& event = at(order[next]);
  // A part's store stands behind its source like any update.
  return event.kind == Kind::kUpdateWrite ? static_cast<Id>(order[next] - 1) : kNoEvent;
}

int Graph::oldest_visible(int of_cell, const Clock& before) const {
  const IdList& order = messages(of_cell);
  int oldest = order.size() - 1;
  while (oldest > 0 && !before.has(order[oldest])) --oldest;
  for (const Id read : readers(of_cell))
    if (before.has(read)) oldest = std::max(oldest, position_of(at(read).source));
  return oldest;
}

const Clock& Graph::before(int thread, int index) const {
  static const Clock nothing;
  return index == 0 ? nothing : at(thread, index - 1).before;
}

void Graph::clear(int of_threads) {
  threads = of_threads;
  cells = 0;
  stamp = 0;
  owes_write = -1;
  counts_.fill(0);
}

void Graph::add_cell(Value initial) {
  Cell& added = cell[static_cast<std::size_t>(cells)];
  added.initial = initial;
  added.plain_writes = 0;
  added.messages.clear();
  added.messages.push_back(static_cast<Id>(kInitial | cells));
  added.readers.clear();
  ++cells;
}

void Graph::place(int of_cell, int position, Id write) {
  cell[static_cast<std::size_t>(of_cell)].messages.insert(position, write);
  renumber(of_cell, position);
}

void Graph::displace(int of_cell, Id write) {
  const int position = position_of(write);
  cell[static_cast<std::size_t>(of_cell)].messages.erase(position);
  renumber(of_cell, position);
}

void Graph::add_reader(int of_cell, Id read) {
  cell[static_cast<std::size_t>(of_cell)].readers.push_back(read);
}

void Graph::remove_reader(int of_cell, Id read) {
  IdList& all = cell[static_cast<std::size_t>(of_cell)].readers;
  int at = all.size() - 1;
  while (all[at] != read) --at;
  all.erase(at);
}

void Graph::renumber(int of_cell, int from) {
  const IdList& order = messages(of_cell);
  for (int position = std::max(from, 1); position < order.size(); ++position)
    at(order[position]).position = static_cast<std::uint16_t>(position);
}

void Graph::copy_prefix(const Graph& other, std::uint32_t newest_kept, const Clock& kept) {
  threads = other.threads;
  cells = other.cells;
  stamp = other.stamp;
  owes_write = -1;
  for (int thread = 0; thread < threads; ++thread) {
    int events = other.count(thread);
    while (events > kept.count(thread) && other.at(thread, events - 1).stamp > newest_kept)
      --events;
    set_count(thread, events);
    const auto of = static_cast<std::size_t>(thread);
    std::copy_n(other.events_[of].begin(), events, events_[of].begin());
  }
  const auto is_kept = [this](Id id) {
    return is_initial(id) || index_of(id) < count(thread_of(id));
  };
  for (int at_cell = 0; at_cell < cells; ++at_cell) {
    const Cell& from = other.cell[static_cast<std::size_t>(at_cell)];
    Cell& to = cell[static_cast<std::size_t>(at_cell)];
    to.initial = from.initial;
    to.plain_writes = 0;
    to.messages.clear();
    to.readers.clear();
    for (const Id message : from.messages) {
      if (!is_kept(message)) continue;
      if (!is_initial(message)) {
        at(message).position = static_cast<std::uint16_t>(to.messages.size());
        to.plain_writes += at(message).kind == Kind::kPlainWrite ? 1 : 0;
      }
      to.messages.push_back(message);
    }
    for (const Id read : from.readers)
      if (is_kept(read)) to.readers.push_back(read);
  }
}

}  // namespace spinlab::checked
