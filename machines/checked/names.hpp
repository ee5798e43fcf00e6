// Names: what reports call cells, values, messages and events.
#pragma once

#include <string>
#include <vector>

#include "machines/checked/source_text.hpp"
#include "machines/checked/threads.hpp"

namespace spinlab::checked {

class Names {
 public:
  Names(const Graph& graph, const Threads& threads);

  std::string cell(int index) const;     // "node 1.next"
  std::string value(Value value) const;  // "node 1", "null" for a pointer's 0, or a number.
  std::string value_in(int cell, Value value) const;
  std::string event(Id id) const;    // "T1.3"
  std::string message(Id id) const;  // "T1.3" or "the first value"
  // "A3", or the file and line.
  static std::string site(const Request& request);

 private:
  std::string object_at(const void* address) const;
  void learn(const Request& request, Value value);

  const Threads& threads_;
  std::vector<std::string> members_;  // Of each cell, from the text of an operation on it.
  std::vector<bool> holds_pointers_;
};

}  // namespace spinlab::checked
