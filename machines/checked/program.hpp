// What is explored, and what comes of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "machines/checked/asks.hpp"
#include "machines/checked/graph.hpp"
#include "machines/checked/mutation.hpp"

namespace spinlab::checked {

// A finite program of up to kMaxThreads threads. `build` makes the shared state at the address
// given (aligned to 128 bytes); `body` is one thread. Both must do the same each time that they
// run: they are run again for every execution.
struct Program {
  int threads = 0;
  std::size_t bytes = 0;  // Of the shared state.
  std::function<void(void* world)> build;
  std::function<void(void* world, int thread)> body;
};

// The program of a class: its default constructor builds, run(thread) is the body.
template <class World, class Make>
Program program_of(int threads, const Make& make) {
  static_assert(alignof(World) <= 128);
  return {.threads = threads,
          .bytes = sizeof(World),
          .build = [make](void* at) { make(at); },
          .body = [](void* world, int thread) { static_cast<World*>(world)->run(thread); }};
}
template <class World>
Program program_of(int threads) {
  return program_of<World>(threads, [](void* at) { ::new (at) World; });
}

enum class Verdict : std::uint8_t {
  kOk,
  kRace,       // Two accesses to one place, one of them plain and one a write, unordered.
  kDeadlock,   // Every thread that has not finished waits for what nobody will write.
  kLivelock,   // A loop that is no await went on to the bound.
  kExclusion,  // A require() did not hold.
  kFifo,       // A later doorway entered first.
  kBypass,     // More later doorways entered first than the lock's bound allows.
  kMisuse,     // A stray pointer, a dead cell, a program that is not deterministic.
};
const char* name_of(Verdict verdict);

struct Options {
  // At most this many waiting threads may be overtaken, or -1: not judged.
  int bypass_bound = -1;
  bool bypass_is_fifo = false;  // A violation of the bound is called kFifo.
  int events_per_thread = 100;  // Where a loop that is no await ends; below kMaxEvents - 2.
  std::uint64_t max_executions = ~std::uint64_t{0};
  // Explore one order of threads that are alike. Ignored from the moment on that one of them asks
  // something that tells it apart; see Outcome::symmetric.
  bool symmetric = false;
  int nodes = 2;                     // NUMA nodes, on which the threads run in turn.
  std::uint64_t max_violations = 1;  // Ends the search.
  bool writes_first = true;          // Which thread goes on: a rule that saves some blocked ends.
  std::vector<Mutation> mutations;   // Of the program's text, applied in this order.
};

// An execution that shows a violation.
struct Violation {
  Verdict verdict = Verdict::kOk;
  std::string what;        // One sentence.
  int thread = -1;         // Whose next request fails, or -1: the graph itself is at fault.
  Request request;         // That request.
  Id conflict = kNoEvent;  // With which event, if any.
  std::unique_ptr<Graph> graph;
};

struct Outcome {
  std::uint64_t executions = 0;    // Complete ones: every thread finished.
  std::uint64_t blocked = 0;       // Ended with an await that could still go on.
  std::uint64_t inconsistent = 0;  // Refused by seq_cst's axiom.
  std::uint64_t revisits = 0;
  std::uint64_t violations = 0;
  int most_bypasses = 0;
  bool complete = false;   // Everything was explored, or a violation was found.
  bool symmetric = false;  // One order of the threads stood for all.
  Asks asks;               // What told them apart.
  Violation violation;

  Verdict verdict() const { return violation.verdict; }
};

}  // namespace spinlab::checked
