// The small programs that put a lock to the proof in the model checker. Each is a world of the
// checked machine: shared state, and what one thread does.
//
// Every critical section writes plain data, so that two of them which overlap, or are not ordered
// by the lock, are a race.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/thread_nodes.hpp"
#include "harness/lock_facts.hpp"
#include "interface/ke.hpp"
#include "interface/numbered_locks.hpp"
#include "machines/checked/check.hpp"

namespace spinlab {

struct CheckShape {
  int threads = 2;
  int acquisitions = 1;  // By each thread.
  int nodes = 2;         // NUMA nodes, on which the threads run in turn.

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

// A thread's nodes. They may keep pointers that are no cells (CLH's do), so they must start anew with
// their thread.
template <class Node, std::size_t kCount = 1>
std::array<Node, kCount>& own_nodes() {
  return Checked::thread_slot<std::array<Node, kCount>>();
}

// In a client's constructor: threads start anew far too often to name anything.
template <class Node, std::size_t kCount = 1>
void name_nodes(int threads) {
  for (int thread = 0; thread < threads; ++thread)
    for (std::size_t which = 0; which < kCount; ++which) {
      std::string name = "node " + std::to_string(thread);
      if (kCount > 1) name += static_cast<char>('A' + which);
      auto& nodes =
          Checked::thread_slot<std::array<Node, kCount>>(static_cast<std::uint32_t>(thread));
      checked::name_object(nodes[which], std::move(name));
    }
}

// One lock, which every thread takes `acquisitions` times. How it does that is the client's.
template <class Lock>
struct OneLockClient {
  explicit OneLockClient(CheckShape of) : shape(of) {
    checked::name_object(lock, "lock");
    checked::name_object(section.data, "data");
  }

  template <class Turn>
  void take_turns(Turn turn) {
    for (int taken = 0; taken < shape.acquisitions; ++taken) {
      checked::arrive();
      turn();
    }
  }

  CheckShape shape;
  Lock lock{};
  CriticalSection section;
};

// Every thread acquires and releases, with a node of its own that it uses again.
template <class L>
struct LadderClient : OneLockClient<L> {
  using Node = typename L::Node;
  explicit LadderClient(CheckShape of) : OneLockClient<L>(of) { name_nodes<Node>(of.threads); }
  void run(int) {
    Node& node = own_nodes<Node>()[0];
    this->take_turns([&] {
      this->lock.acquire(node);
      this->section.run();
      this->lock.release(node);
    });
  }
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

// Every thread tries, and then waits: so it knows of those who wait already when it arrives, even
// where an arrival looks at nothing that they wrote.
template <class L>
struct TryFirstClient : LadderClient<L> {
  using LadderClient<L>::LadderClient;
  void run(int) {
    auto& node = own_nodes<typename L::Node>()[0];
    for (int taken = 0; taken < this->shape.acquisitions; ++taken) {
      if (!this->lock.try_acquire(node)) {
        checked::arrive();  // A try has no doorway.
        this->lock.acquire(node);
      }
      this->section.run();
      this->lock.release(node);
    }
  }
};

// The first thread holds two locks at once; the others want one or the other. The two are released
// in both orders.
template <class L>
struct TwoLocksClient {
  using Node = typename L::Node;
  using Nodes = std::array<Node, 2>;
  explicit TwoLocksClient(CheckShape of) : shape_(of) {
    checked::name_object(locks_[0], "lock A");
    checked::name_object(locks_[1], "lock B");
    checked::name_object(sections_[0].data, "data A");
    checked::name_object(sections_[1].data, "data B");
    name_nodes<Node, 2>(of.threads);
  }
  void run(int thread) {
    Nodes& nodes = own_nodes<Node, 2>();
    for (int turn = 0; turn < shape_.acquisitions; ++turn) {
      if (thread == 0) {
        use_both(nodes, turn % 2 == 0);
      } else {
        const auto which = static_cast<std::size_t>((thread + 1) % 2);
        acquire(which, nodes);
        release(which, nodes);
      }
    }
  }

 private:
  void acquire(std::size_t which, Nodes& nodes) {
    checked::arrive(static_cast<std::uint32_t>(which));
    locks_[which].acquire(nodes[which]);
    sections_[which].run();
  }
  void release(std::size_t which, Nodes& nodes) { locks_[which].release(nodes[which]); }
  void use_both(Nodes& nodes, bool oldest_first) {
    acquire(0, nodes);
    acquire(1, nodes);
    release(oldest_first ? 0 : 1, nodes);
    release(oldest_first ? 1 : 0, nodes);
  }

  CheckShape shape_;
  std::array<L, 2> locks_;
  std::array<CriticalSection, 2> sections_;
};

// A node a turn, on the stack: gone after the release. Whoever touches it later is found.
template <class L>
struct ReuseClient : OneLockClient<L> {
  using OneLockClient<L>::OneLockClient;
  void run(int) {
    this->take_turns([this] {
      typename L::Node node;
      this->lock.acquire(node);
      this->section.run();
      this->lock.release(node);
    });
  }
};

// The last thread is deep in interrupts, each of which waits for a lock: its nodes are all in use. So
// it is promised no place, and marks no arrival; what the others are promised, they are judged by.
template <class L>
struct NestedClient : LadderClient<L> {
  using LadderClient<L>::LadderClient;
  void run(int thread) {
    if (thread + 1 < this->shape.threads) return LadderClient<L>::run(thread);
    L::Waiters::of(static_cast<std::uint32_t>(thread)).nesting = L::Waiters::kContexts;
    auto& node = own_nodes<typename L::Node>()[0];
    for (int taken = 0; taken < this->shape.acquisitions; ++taken) {
      this->lock.acquire(node);
      this->section.run();
      this->lock.release(node);
    }
  }
};

// Counters that are about to wrap around.
template <class L>
struct WrapClient : LadderClient<L> {
  WrapClient(CheckShape of, const std::vector<LockCounter>& counters) : LadderClient<L>(of) {
    wind_back(&this->lock, counters);
  }
};

// Without handles: the nodes come from the threads' pools.
template <template <class> class LockOver>
struct PoolClient : OneLockClient<ThreadNodes<LockOver, Checked>> {
  using OneLockClient<ThreadNodes<LockOver, Checked>>::OneLockClient;
  void run(int) {
    this->take_turns([this] {
      this->lock.acquire();
      this->section.run();
      this->lock.release();
    });
  }
};

// Through the interface's core: a zeroed KSPIN_LOCK, KeAcquireSpinLock and its release.
template <template <class> class LockOver>
struct KeClient : OneLockClient<KSPIN_LOCK> {
  using Core = Ke<LockOver, Checked>;
  explicit KeClient(CheckShape of) : OneLockClient(of) { Core::initialize(&lock); }
  void run(int) {
    take_turns([this] {
      const KIRQL old_irql = Core::acquire_raise_to_dpc(&lock);
      checked::require(current_irql<Checked>() == DISPATCH_LEVEL, "the holder is below DISPATCH");
      section.run();
      Core::release(&lock, old_irql);
      checked::require(current_irql<Checked>() == PASSIVE_LEVEL, "the IRQL was not restored");
    });
  }
};

// Through in-stack queue handles.
template <template <class> class LockOver>
struct InStackClient : OneLockClient<KSPIN_LOCK> {
  using Core = Ke<LockOver, Checked>;
  explicit InStackClient(CheckShape of) : OneLockClient(of) {
    Core::initialize(&lock);
    for (std::size_t thread = 0; thread < handles.size(); ++thread) {
      if constexpr (QueuesEntries<LockOver<Checked>>)
        ::new (&handles[thread].LockQueue) typename LockOver<Checked>::Node;
      checked::name_object(handles[thread], "handle " + std::to_string(thread));
    }
  }
  void run(int thread) {
    KLOCK_QUEUE_HANDLE& handle = handles[static_cast<std::size_t>(thread)];
    take_turns([&] {
      Core::acquire_in_stack(&lock, &handle);
      section.run();
      Core::release_in_stack(&handle);
    });
  }

  std::array<KLOCK_QUEUE_HANDLE, checked::kMaxThreads> handles{};
};

// Through a number: the queue entry is the thread's own. Every second turn tries first, if it can.
template <template <class> class LockOver>
struct NumberedClient {
  using Locks = NumberedLocks<LockOver, Checked, 1>;
  static constexpr auto kNumber = LockQueueUnusedSpare0;
  explicit NumberedClient(CheckShape of) : shape(of) {
    Ke<LockOver, Checked>::initialize(&words.lines[kNumber].word);
    checked::name_object(words.lines[kNumber].word, "lock");
    checked::name_object(section.data, "data");
  }
  KIRQL acquire(int turn) {
    KIRQL old_irql = HIGH_LEVEL;
    if constexpr (TryLock<LockOver<Checked>>) {
      const bool taken =
          turn % 2 == 1 && Locks::try_acquire_at(SYNCH_LEVEL, kNumber, &old_irql, words);
      if (taken) return old_irql;
      checked::require(current_irql<Checked>() == PASSIVE_LEVEL, "a failed try changed the IRQL");
    }
    checked::arrive();
    return Locks::acquire_at(DISPATCH_LEVEL, kNumber, words);
  }
  void run(int) {
    for (int turn = 0; turn < shape.acquisitions; ++turn) {
      const KIRQL old_irql = acquire(turn);
      section.run();
      Locks::release(kNumber, old_irql);
      checked::require(current_irql<Checked>() == PASSIVE_LEVEL, "the IRQL was not restored");
    }
  }

  CheckShape shape;
  typename Locks::Words words;
  CriticalSection section;
};

}  // namespace spinlab
