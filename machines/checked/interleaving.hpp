// One order of an execution's events in which they could have happened one after the other, as far
// as program order and reads-from go. A store may stand earlier in its cell's modification order
// than an older event's: then no single order of time shows the execution, and reports say so.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "machines/checked/graph.hpp"

namespace spinlab::checked {

// All events but the write halves of updates, with few changes of the thread.
std::vector<Id> interleaving_of(const Graph& graph);

// How often the order leaves a thread that could go on.
int preemptions(const Graph& graph, const std::vector<Id>& order);

// One step: the thread's next event takes, or stands behind, the message that is `behind` messages
// older than its cell's newest at that time.
struct Step {
  int thread = 0;
  int behind = 0;

  bool operator==(const Step&) const = default;
};
std::vector<Step> steps_of(const Graph& graph, const std::vector<Id>& order);

// A step is the thread's digit and, unless it is 0, `behind` as a letter: "0010a1".
std::string text_of(const std::vector<Step>& steps);
// Throws std::invalid_argument, in one line, for what text_of() cannot have made.
std::vector<Step> steps_from(std::string_view text);

}  // namespace spinlab::checked
