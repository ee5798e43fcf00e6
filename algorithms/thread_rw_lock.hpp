// ThreadRwLock: reader-writer spin lock in which every thread counts its reads on a line of its own.
//
// Source     Hsieh and Weihl, "Scalable Reader-Writer Locks for Parallel Systems", IPPS 1992: the
//            lock with a part for each processor. Here a writer sets one flag and looks at the
//            parts, where theirs locks each.
// Fairness   none. Readers and writers may be bypassed without end.
// Recursion  a thread that reads may read again, though a writer waits; a thread that writes may
//            write or read again. A reader that wants to write waits for itself, for ever.
// Space      two lines per lock and one for each thread; those of threads that never read are never
//            touched. All bits zero is a free lock.
// Traffic    a read touches the thread's own line and reads the writer's, which stays shared. A
//            write reads a line for each thread that has read so far.
//
// Invariants
//   I1  writer_ names the thread that holds the lock for writing, or that is next to; 0 is none.
//   I2  reads of a thread is how often it holds the lock for reading, or 1 while it looks whether it
//       may. Only that thread writes it.
//   I3  A thread whose index is not below readers_ does not read. readers_ only grows.
//   I4  A reader and a writer cannot miss each other: each first writes (A2, A3; W2), then looks
//       (A4; W3, W4), all in one order of all seq_cst operations.
#pragma once

#include <cstdint>

#include "machines/machine.hpp"

namespace spinlab {

template <Machine M>
class ThreadRwLock {
  template <class T>
  using Cell = typename M::template Cell<T>;

 public:
  void acquire_shared() {
    const std::uint32_t self = M::thread_index();
    Cell<std::uint32_t>& reads = parts_[self].reads;
    // [A0] relaxed: our own line (I2).
    const std::uint32_t held = reads.load(memory_order::relaxed);
    if (held > 0 || is_writer(self)) {
      // A writer that reads may go on reading after its write: the next one must look at our line.
      if (held == 0) announce(self);
      // [A1] relaxed: we are inside already; a writer waits for zero, and this is none. Of a writer's
      //      own, V3 publishes it.
      reads.store(held + 1, memory_order::relaxed);
      return;
    }
    announce(self);
    for (;;) {
      // [A3] seq_cst, before A4: see I4. An exchange, which costs what a store with this order does.
      reads.exchange(1, memory_order::seq_cst);
      // [A4] seq_cst, after A3: see I4. So it acquires, too, and pairs with V3: the last writer's
      //      writes happen before our reads.
      if (writer_.load(memory_order::seq_cst) == kNone) return;
      // [A5] relaxed: we were not inside.
      reads.store(0, memory_order::relaxed);
      // [A6] relaxed: a hint when to try again.
      writer_.await([](std::uint32_t writer) { return writer == kNone; }, memory_order::relaxed);
    }
  }

  void release_shared() {
    Cell<std::uint32_t>& reads = parts_[M::thread_index()].reads;
    // [R1] relaxed: our own line.
    const std::uint32_t held = reads.load(memory_order::relaxed);
    // [R2] release, pairs with W4: our reads happen before the next writer's writes.
    reads.store(held - 1, memory_order::release);
  }

  void acquire_exclusive() {
    const std::uint32_t self = M::thread_index();
    if (is_writer(self)) {
      // [U1] relaxed: only the writer reads and writes it.
      const std::uint32_t again = writes_.load(memory_order::relaxed);
      // [U2] relaxed, as U1.
      writes_.store(again + 1, memory_order::relaxed);
      return;
    }
    std::uint32_t none;
    do {
      // [W1] relaxed: a hint when to try.
      none = writer_.await([](std::uint32_t writer) { return writer == kNone; },
                           memory_order::relaxed);
      // [W2] seq_cst, before W3 and W4: see I4. So it acquires, too, and pairs with V3: the last
      //      writer's writes happen before ours. relaxed on failure: W1 looks again.
    } while (!writer_.compare_exchange(none, name_of(self), memory_order::seq_cst,
                                       memory_order::relaxed));
    // [W3] seq_cst, after W2: see I4. A reader that is not counted here finds us in A4.
    const std::uint32_t readers = readers_.load(memory_order::seq_cst);
    for (std::uint32_t reader = 0; reader < readers; ++reader) {
      // [W4] seq_cst, after W2: see I4. So it acquires, too, and pairs with R2: the readers' critical
      //      sections happen before ours.
      parts_[reader].reads.await([](std::uint32_t reads) { return reads == 0; },
                                 memory_order::seq_cst);
    }
  }

  void release_exclusive() {
    // [V1] relaxed, as U1.
    const std::uint32_t again = writes_.load(memory_order::relaxed);
    if (again > 0) {
      // [V2] relaxed, as U1.
      writes_.store(again - 1, memory_order::relaxed);
      return;
    }
    // [V3] release, pairs with A4 and W2: our writes happen before whoever is next.
    writer_.store(kNone, memory_order::release);
  }

 private:
  static constexpr std::uint32_t kNone = 0;
  static std::uint32_t name_of(std::uint32_t self) { return self + 1; }

  bool is_writer(std::uint32_t self) const {
    // [O1] relaxed: only we write our name, and only we remove it.
    return writer_.load(memory_order::relaxed) == name_of(self);
  }

  // Makes writers look at our line from now on.
  void announce(std::uint32_t self) {
    // [N1] seq_cst, before A4: see I4. If another thread's A2 counted us, N1 stands for it.
    std::uint32_t readers = readers_.load(memory_order::seq_cst);
    while (readers <= self) {
      // [A2] seq_cst, before A4: see I4. On failure as N1.
      if (readers_.compare_exchange(readers, self + 1, memory_order::seq_cst,
                                    memory_order::seq_cst))
        return;
    }
  }

  struct alignas(M::kLineBytes) Part {
    Cell<std::uint32_t> reads{0};
  };

  alignas(M::kLineBytes) Cell<std::uint32_t> writer_{kNone};
  Cell<std::uint32_t> writes_{0};  // How often the writer has acquired again.
  alignas(M::kLineBytes) Cell<std::uint32_t> readers_{0};
  Part parts_[M::kMaxThreads];
};

}  // namespace spinlab
