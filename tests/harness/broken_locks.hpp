// Locks that are wrong on purpose: what the harness must notice while it measures.
#pragma once

#include <csignal>

#include "harness/contestants.hpp"
#include "harness/make_door.hpp"
#include "machines/native/native.hpp"

namespace spinlab {

struct NoNode {};

// Excludes nobody.
struct OpenDoor {
  struct Lock {};
  using Node = NoNode;
  static void acquire(Lock&, Node&) {}
  static void release(Lock&, Node&) {}
};

// Tests, then sets: not one atomic step.
struct TestThenSet {
  struct Lock {
    Native::Cell<bool> held{false};
  };
  using Node = NoNode;
  static void acquire(Lock& lock, Node&) {
    lock.held.await([](bool held) { return !held; }, memory_order::acquire);
    lock.held.store(true, memory_order::relaxed);
  }
  static void release(Lock& lock, Node&) { lock.held.store(false, memory_order::release); }
};

// Is held from the start: whoever comes waits for ever.
struct NeverFree {
  struct Lock {
    Native::Cell<bool> held{true};
  };
  using Node = NoNode;
  static void acquire(Lock& lock, Node&) {
    lock.held.await([](bool held) { return !held; }, memory_order::acquire);
  }
  static void release(Lock&, Node&) {}
};

struct Crash {
  struct Lock {};
  using Node = NoNode;
  static void acquire(Lock&, Node&) { std::raise(SIGKILL); }
  static void release(Lock&, Node&) {}
};

template <class Access>
Entrant broken_entrant(const char* name) {
  return {.contestant = {.name = name,
                         .title = name,
                         .family = "broken",
                         .source = "tests",
                         .year = 2026,
                         .fairness = "none",
                         .words = 1,
                         .node = "none",
                         .kind = std::string(kKindLock)},
          .doors = {make_door<Access>("direct")}};
}

}  // namespace spinlab
