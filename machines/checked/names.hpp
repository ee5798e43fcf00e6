// Names: what reports call cells, values, messages and events.
#pragma once

#include <source_location>
#include <string>
#include <vector>

#include "machines/checked/source_text.hpp"
#include "machines/checked/threads.hpp"

namespace spinlab::checked {

class Names {
 public:
  // The threads as settle() left them with the graph.
  Names(const Graph& graph, const Threads& threads);

  // "node 1.next", "element 2 of thread 1.locked"; no two cells have the same.
  const std::string& cell(int index) const { return cells_[static_cast<std::size_t>(index)]; }
  std::string value(Value value) const;  // "node 1", "null" for a pointer's 0, or a number.
  std::string value_in(int cell, Value value) const;
  std::string event(Id id) const;    // "T1.3"
  std::string message(Id id) const;  // "T1.3" or "the first value"
  // "A3"; without a label "mcs_lock.hpp:55", "#2" behind the second operation of a line; empty where
  // the text is not known, as in a destructor.
  static std::string site(const Request& request);
  static std::string place(const std::source_location& where);  // "mcs_lock.hpp:55"

 private:
  std::string object_at(const void* address) const;
  std::string object_of_machine(const Memory::Object& object) const;
  std::string name_of_cell(int index) const;
  void name_cells();
  void learn(const Request& request, Value value);

  const Threads& threads_;
  std::vector<std::string> members_;  // Of each cell, from the text of an operation on it.
  std::vector<bool> holds_pointers_;
  std::vector<std::string> cells_;
};

}  // namespace spinlab::checked
