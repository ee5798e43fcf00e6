// The small programs that put a lock to the proof in the model checker. Each is a world of the
// checked machine: shared state, and what one thread does.
//
// Every critical section writes plain data, so that two of them which overlap, or are not ordered
// by the lock, are a race.
#pragma once

#include <array>
#include <cstring>
#include <string>

#include "algorithms/thread_nodes.hpp"
#include "interface/ke.hpp"
#include "machines/checked/check.hpp"

namespace spinlab {

struct CheckShape {
  int threads = 2;
  int acquisitions = 1;  // By each thread.

  bool operator==(const CheckShape&) const = default;
};

// What is done inside.
struct CriticalSection {
  Checked::Plain<std::uint32_t> data{0};

  void run() {
    checked::mark(checked::Mark::kEntry);
    data.store(data.load() + 1);
    checked::mark(checked::Mark::kExit);
  }
};

// The running thread's nodes. They may keep pointers that are no cells (CLH's do), so they must
// start anew with their thread.
template <class Node, std::size_t kCount = 1>
std::array<Node, kCount>& own_nodes() {
  auto& nodes = Checked::thread_slot<std::array<Node, kCount>>();
  for (std::size_t which = 0; which < kCount; ++which) {
    std::string name = "node " + std::to_string(Checked::thread_index());
    if (kCount > 1) name += static_cast<char>('A' + which);
    checked::name_object(nodes[which], std::move(name));
  }
  return nodes;
}

// Every thread acquires and releases, with a node of its own that it uses again.
template <class L>
struct LadderClient {
  explicit LadderClient(CheckShape of) : shape(of) {
    checked::name_object(lock, "lock");
    checked::name_object(section.data, "data");
  }
  void run(int) {
    auto& node = own_nodes<typename L::Node>()[0];
    for (int turn = 0; turn < shape.acquisitions; ++turn) {
      checked::mark(checked::Mark::kArrival);
      lock.acquire(node);
      section.run();
      lock.release(node);
    }
  }

  CheckShape shape;
  L lock;
  CriticalSection section;
};

// The last thread tries, and goes on without the lock if it does not get it.
template <class L>
struct TryClient : LadderClient<L> {
  using LadderClient<L>::LadderClient;
  void run(int thread) {
    if (thread + 1 < this->shape.threads) return LadderClient<L>::run(thread);
    auto& node = own_nodes<typename L::Node>()[0];
    for (int turn = 0; turn < this->shape.acquisitions; ++turn) {
      if (!this->lock.try_acquire(node)) continue;
      this->section.run();
      this->lock.release(node);
    }
  }
};

// The first thread holds two locks at once; the others want one or the other. The two are released
// in both orders.
template <class L>
struct TwoLocksClient {
  explicit TwoLocksClient(CheckShape of) : shape_(of) {
    checked::name_object(locks_[0], "lock A");
    checked::name_object(locks_[1], "lock B");
    checked::name_object(sections_[0].data, "data A");
    checked::name_object(sections_[1].data, "data B");
  }
  void run(int thread) {
    for (int turn = 0; turn < shape_.acquisitions; ++turn) {
      if (thread == 0) {
        use_both(turn % 2 == 0);
      } else {
        const auto which = static_cast<std::size_t>((thread + 1) % 2);
        acquire(which);
        release(which);
      }
    }
  }

 private:
  typename L::Node& node(std::size_t which) { return own_nodes<typename L::Node, 2>()[which]; }
  void acquire(std::size_t which) {
    checked::mark(checked::Mark::kArrival);
    locks_[which].acquire(node(which));
    sections_[which].run();
  }
  void release(std::size_t which) { locks_[which].release(node(which)); }
  void use_both(bool oldest_first) {
    acquire(0);
    acquire(1);
    release(oldest_first ? 0 : 1);
    release(oldest_first ? 1 : 0);
  }

  CheckShape shape_;
  std::array<L, 2> locks_;
  std::array<CriticalSection, 2> sections_;
};

// A node a turn, on the stack: gone after the release. Whoever touches it later is found.
template <class L>
struct ReuseClient {
  explicit ReuseClient(CheckShape of) : shape(of) {
    checked::name_object(lock, "lock");
    checked::name_object(section.data, "data");
  }
  void run(int) {
    for (int turn = 0; turn < shape.acquisitions; ++turn) {
      typename L::Node node;
      checked::mark(checked::Mark::kArrival);
      lock.acquire(node);
      section.run();
      lock.release(node);
    }
  }

  CheckShape shape;
  L lock;
  CriticalSection section;
};

// Counters that are about to wrap around: all bits of the lock set, which is a free ticket lock.
template <class L>
struct WrapClient : LadderClient<L> {
  explicit WrapClient(CheckShape of) : LadderClient<L>(of) {
    // Cells keep their first value, and nothing else, where they lie.
    std::memset(static_cast<void*>(&this->lock), 0xff, sizeof(std::uint64_t));
  }
};

// Without handles: the nodes come from the threads' pools.
template <template <class> class LockOver>
struct PoolClient {
  explicit PoolClient(CheckShape of) : shape(of) {
    checked::name_object(door, "lock");
    checked::name_object(section.data, "data");
  }
  void run(int) {
    for (int turn = 0; turn < shape.acquisitions; ++turn) {
      checked::mark(checked::Mark::kArrival);
      door.acquire();
      section.run();
      door.release();
    }
  }

  CheckShape shape;
  ThreadNodes<LockOver, Checked> door;
  CriticalSection section;
};

// Through the interface's core: a zeroed KSPIN_LOCK, KeAcquireSpinLock and its release.
template <template <class> class LockOver>
struct KeClient {
  using Core = Ke<LockOver, Checked>;
  explicit KeClient(CheckShape of) : shape(of) {
    Core::initialize(&word);
    checked::name_object(word, "lock");
    checked::name_object(section.data, "data");
  }
  void run(int) {
    for (int turn = 0; turn < shape.acquisitions; ++turn) {
      const KIRQL old_irql = Core::acquire_raise_to_dpc(&word);
      checked::require(current_irql<Checked>() == DISPATCH_LEVEL, "the holder is below DISPATCH");
      section.run();
      Core::release(&word, old_irql);
      checked::require(current_irql<Checked>() == PASSIVE_LEVEL, "the IRQL was not restored");
    }
  }

  CheckShape shape;
  KSPIN_LOCK word = 0;
  CriticalSection section;
};

// Through in-stack queue handles.
template <template <class> class LockOver>
struct InStackClient {
  using Core = Ke<LockOver, Checked>;
  explicit InStackClient(CheckShape of) : shape(of) {
    Core::initialize(&word);
    checked::name_object(word, "lock");
    checked::name_object(section.data, "data");
    for (std::size_t thread = 0; thread < handles.size(); ++thread) {
      if constexpr (QueuesEntries<LockOver<Checked>>)
        ::new (&handles[thread].LockQueue) typename LockOver<Checked>::Node;
      checked::name_object(handles[thread], "handle " + std::to_string(thread));
    }
  }
  void run(int thread) {
    for (int turn = 0; turn < shape.acquisitions; ++turn) {
      auto& handle = handles[static_cast<std::size_t>(thread)];
      Core::acquire_in_stack(&word, &handle);
      section.run();
      Core::release_in_stack(&handle);
    }
  }

  CheckShape shape;
  KSPIN_LOCK word = 0;
  CriticalSection section;
  std::array<KLOCK_QUEUE_HANDLE, checked::kMaxThreads> handles{};
};

}  // namespace spinlab
