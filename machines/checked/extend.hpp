// Adding events to a graph and taking the newest away: where C++20's memory model is.
//
// Source: the views of Kang, Hur, Lahav, Vafeiadis and Dreyer, POPL 2017, and Lahav, Vafeiadis,
// Kang, Hur and Dreyer, "Repairing Sequential Consistency in C/C++11", PLDI 2017 (RC11), with
// C++20's release sequences: a thread's own later stores do not continue one. No load buffering.
#pragma once

#include "machines/checked/graph.hpp"

namespace spinlab::checked {

// Why an event cannot be added. kNone: it can.
enum class Fault : std::uint8_t { kNone, kRace, kDeadCell };

// Whether the thread's next event, not yet added, races with one that is there, or touches a cell
// whose lifetime has ended. `conflict` (may be null) receives the other event.
Fault fault_of(const Graph& graph, int thread, const Request& request, Id* conflict);

// Appends an event without a source or a place. `uid` must be new.
Event& append(Graph& graph, int thread, const Request& request, Kind kind, std::uint32_t uid);

// A read's source, and all that follows from it: value, whether it is blocked or owes a write, and
// the clocks after it.
void set_source(Graph& graph, Id read, Id source);

// The clocks of the write that was just appended, and its value; not its place.
void finish_write(Graph& graph, int thread);

// Appends an event that has one outcome. The caller has asked fault_of().
void append_fixed(Graph& graph, int thread, const Request& request, std::uint32_t uid);

// Appends the beginning of a sleep.
void append_park(Graph& graph, int thread, const Request& request, Sleep sleep, std::uint32_t uid);

// Appends a read of `source` as a reader of its cell; afterwards, graph.owes_write may be set.
Event& append_read(Graph& graph, int thread, const Request& request, Id source, std::uint32_t uid);

// Appends the write that follows from the request, or from the read half just added (`owed`).
Event& append_write(Graph& graph, int thread, const Request& request, bool owed, std::uint32_t uid);

// Takes the thread's newest event away; a placed write must have been displaced.
void remove_newest(Graph& graph, int thread);

}  // namespace spinlab::checked
