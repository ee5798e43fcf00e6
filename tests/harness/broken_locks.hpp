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

// Lets a second thread in beside the first: whoever leaves first was also the first to come.
struct RoomForTwo {
  struct Lock {
    Native::Cell<std::uint32_t> inside{0};
  };
  using Node = NoNode;
  static void acquire(Lock& lock, Node&) {
    std::uint32_t count = 0;
    do {
      count =
          lock.inside.await([](std::uint32_t inside) { return inside < 2; }, memory_order::relaxed);
    } while (!lock.inside.compare_exchange(count, count + 1, memory_order::acquire,
                                           memory_order::relaxed));
  }
  static void release(Lock& lock, Node&) {
    lock.inside.fetch_add(static_cast<std::uint32_t>(-1), memory_order::release);
  }
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
                         .node = "none",
                         .words = 1,
                         .kind = std::string(kKindLock)},
          .doors = {make_door<Access>("direct")}};
}

}  // namespace spinlab
