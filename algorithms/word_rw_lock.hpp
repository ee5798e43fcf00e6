// WordRwLock: reader-writer spin lock in one 32-bit word, a count of readers beside a writer's bit.
//
// Source     after the simple centralised lock of Mellor-Crummey and Scott, "Scalable Reader-Writer
//            Synchronization for Shared-Memory Multiprocessors", PPoPP 1991, with the roles turned:
//            there readers enter at will, here a writer that waits keeps new readers out.
// Fairness   none. A reader may be bypassed by writers without end, a writer by other writers, but
//            not by readers that come later.
// Space      one word of 32 bits per lock.
// Traffic    uncontended pair: 2 RMWs on the word, shared or exclusive. Readers take the line from
//            one another.
//
// Invariants
//   I1  The word is 0 iff the lock is free. Its lower bits count the readers.
//   I2  kWriter is set by the one writer that holds the lock or is next to; only that one clears
//       it. No reader enters while it is set.
//   I3  The writer holds the lock once the word is kWriter and nothing else.
#pragma once

#include <cstdint>

#include "machines/machine.hpp"

namespace spinlab {

template <Machine M>
class WordRwLock {
 public:
  void acquire_shared() {
    for (;;) {
      // [S1] relaxed: a hint when to try.
      std::uint32_t seen = word_.await([](std::uint32_t word) { return (word & kWriter) == 0; },
                                       memory_order::relaxed);
      // [S2] acquire, pairs with W1: the last writer's writes happen before our reads. relaxed on
      //      failure: S1 looks again.
      if (word_.compare_exchange(seen, seen + 1, memory_order::acquire, memory_order::relaxed))
        return;
    }
  }

  void release_shared() {
    // [R1] release, pairs with X3 and C1: our reads happen before the next writer's writes.
    word_.fetch_add(~std::uint32_t{0}, memory_order::release);
  }

  void acquire_exclusive() {
    do {
      // [X1] relaxed: a hint when to try.
      word_.await([](std::uint32_t word) { return (word & kWriter) == 0; }, memory_order::relaxed);
      // [X2] relaxed: it settles who is next (I2). It continues the release sequences of R1 and W1,
      //      through which X3 synchronises with them.
    } while ((word_.fetch_or(kWriter, memory_order::relaxed) & kWriter) != 0);
    // [X3] acquire, pairs with R1 and W1: the readers' and the last writer's critical sections
    //      happen before ours.
    word_.await([](std::uint32_t word) { return word == kWriter; }, memory_order::acquire);
  }

  void release_exclusive() {
    // [W1] release, pairs with S2 and X3: our writes happen before whoever is next. A store: while
    //      the bit is set, others add nothing to the word (I2).
    word_.store(0, memory_order::release);
  }

  // Called by a reader: true if it was the only one and no writer waited; it is the writer then.
  bool try_convert() {
    std::uint32_t only_reader = 1;
    // [C1] acquire, pairs with R1: reads of those who were here happen before our writes. relaxed on
    //      failure: we go on as a reader.
    return word_.compare_exchange(only_reader, kWriter, memory_order::acquire,
                                  memory_order::relaxed);
  }

 private:
  static constexpr std::uint32_t kWriter = std::uint32_t{1} << 31;  // Set by X2, C1; cleared by W1.

  typename M::template Cell<std::uint32_t> word_{0};
};

}  // namespace spinlab
