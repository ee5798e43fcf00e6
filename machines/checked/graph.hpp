// Graph: one execution, finished or not: each thread's events, and per cell its modification order
// and its readers.
//
// Not thread-safe; a search owns its graphs. Some 700 KB, of which only what is used is touched.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "machines/checked/event.hpp"

namespace spinlab::checked {

// Ids in an order, without allocation.
class IdList {
 public:
  int size() const { return size_; }
  Id operator[](int at) const { return ids_[static_cast<std::size_t>(at)]; }
  Id back() const { return ids_[static_cast<std::size_t>(size_ - 1)]; }
  const Id* begin() const { return ids_.data(); }
  const Id* end() const { return ids_.data() + size_; }

  void clear() { size_ = 0; }
  void push_back(Id id) { ids_[static_cast<std::size_t>(size_++)] = id; }
  void insert(int at, Id id) {
    std::copy_backward(begin() + at, end(), ids_.data() + size_ + 1);
    ids_[static_cast<std::size_t>(at)] = id;
    ++size_;
  }
  void erase(int at) {
    std::copy(begin() + at + 1, end(), ids_.data() + at);
    --size_;
  }
  void copy_from(const IdList& other) {
    size_ = other.size_;
    std::copy(other.begin(), other.end(), ids_.data());
  }

 private:
  int size_ = 0;
  std::array<Id, kMaxMessages> ids_;  // Uninitialised behind size_.
};

class Graph {
 public:
  Graph() {}  // Leaves the events uninitialised.

  int threads = 0;
  int cells = 0;
  std::uint32_t stamp = 0;  // The newest event's.
  int owes_write = -1;      // The thread whose update has been read, but not yet written.

  struct Cell {
    Value initial = 0;
    int plain_writes = 0;
    IdList messages;  // Modification order; the initial message first.
    IdList readers;   // Every read of the cell, in order of insertion.
  };
  std::array<Cell, kMaxCells> cell;

  int count(int thread) const { return counts_[static_cast<std::size_t>(thread)]; }
  void set_count(int thread, int events) { counts_[static_cast<std::size_t>(thread)] = events; }

  Event& at(Id event) { return at(thread_of(event), index_of(event)); }
  const Event& at(Id event) const { return at(thread_of(event), index_of(event)); }
  Event& at(int thread, int index) {
    return events_[static_cast<std::size_t>(thread)][static_cast<std::size_t>(index)];
  }
  const Event& at(int thread, int index) const {
    return events_[static_cast<std::size_t>(thread)][static_cast<std::size_t>(index)];
  }
  const Event& newest(int thread) const { return at(thread, count(thread) - 1); }

  Value value_of(Id message) const {
    return is_initial(message) ? cell[message & 0xffU].initial : at(message).value;
  }
  int position_of(Id message) const { return is_initial(message) ? 0 : at(message).position; }
  bool is_newest(int of_cell, Id message) const { return messages(of_cell).back() == message; }
  const IdList& messages(int of_cell) const {
    return cell[static_cast<std::size_t>(of_cell)].messages;
  }
  const IdList& readers(int of_cell) const {
    return cell[static_cast<std::size_t>(of_cell)].readers;
  }

  // The read half of the update that took the message, or kNoEvent.
  Id taker_of(Id message, int of_cell) const;

  // The oldest position that a thread which knows `before` may still read, or write behind.
  int oldest_visible(int of_cell, const Clock& before) const;

  // What happens before the thread's event at `index`.
  const Clock& before(int thread, int index) const;

  // An execution of so many threads, of which none has taken a step.
  void clear(int of_threads);

  void add_cell(Value initial);
  void place(int of_cell, int position, Id write);
  void displace(int of_cell, Id write);
  void add_reader(int of_cell, Id read);
  void remove_reader(int of_cell, Id read);

  // The other graph as it was before the events outside `kept` were added: those with a stamp up to
  // `newest_kept`, and all in `kept`.
  void copy_prefix(const Graph& other, std::uint32_t newest_kept, const Clock& kept);

 private:
  void renumber(int of_cell, int from);

  std::array<int, kMaxThreads> counts_{};
  std::array<std::array<Event, kMaxEvents>, kMaxThreads> events_;
};

}  // namespace spinlab::checked
