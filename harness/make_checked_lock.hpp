// Makes a CheckedLock of a lock's type: which programs can be run on it.
#pragma once

#include <utility>

#include "harness/checked_locks.hpp"

namespace spinlab {

template <class World, class... With>
std::function<checked::Program(CheckShape)> program_maker(const With&... with) {
  return [with...](CheckShape shape) {
    return checked::program_of<World>(
        shape.threads, [shape, with...](void* at) { ::new (at) World(shape, with...); });
  };
}

inline checked::Options options_for(const LockInfo& info) {
  checked::Options options;
  options.bypass_is_fifo = info.fairness == Fairness::kFifo;
  if (info.fairness != Fairness::kNone) options.bypass_bound = info.bypass_bound;
  return options;
}

template <class L>
LockFacts facts_of_lock() {
  using Ladder = LadderClient<L>;
  const auto program = program_maker<Ladder>();
  return facts_of(
      program({3, 2}), program({2, 4}),
      [](const void* world) { return &static_cast<const Ladder*>(world)->lock; }, sizeof(L));
}

// For locks that ask where their threads run: queues in which several of another NUMA node wait.
// Three nodes, since what works for two may mean "mine" and "the other one".
inline void add_places(CheckClient& ladder) {
  ladder.shapes.push_back({3, 1, 3});
  ladder.samples = {
      {{5, 1}, 200'000, 0}, {{4, 2}, 100'000, 0}, {{6, 2}, 0, 2'000}, {{6, 2, 3}, 0, 2'000}};
}

// The clients for a lock with nodes of the caller's.
template <class L>
void add_node_clients(std::vector<CheckClient>& clients) {
  const LockFacts facts = facts_of_lock<L>();
  clients.push_back({"ladder",
                     "acquire and release",
                     true,
                     {{2, 1}, {2, 2}, {3, 1}, {3, 2}, {4, 1}},
                     program_maker<LadderClient<L>>()});
  if (facts.asks.has(checked::Ask::kNode)) add_places(clients.back());
  if constexpr (TryLock<L>)
    clients.push_back(
        {"try", "one thread tries", false, {{2, 2}, {3, 1}}, program_maker<TryClient<L>>()});
  if constexpr (TryLock<L> && L::info.fairness == Fairness::kBounded)
    clients.push_back({"try-first",
                       "tries, then waits",
                       true,
                       {{2, 2}, {3, 1}, {3, 2}},
                       program_maker<TryFirstClient<L>>()});
  clients.push_back({"two-locks",
                     "one thread holds two locks",
                     false,
                     {{2, 1}, {3, 1}},
                     program_maker<TwoLocksClient<L>>()});
  clients.push_back({"reuse",
                     "a node on the stack, gone after the release",
                     true,
                     {{2, 1}, {2, 2}},
                     program_maker<ReuseClient<L>>()});
  if constexpr (requires { L::Waiters::kContexts; })
    clients.push_back({"nested",
                       "one thread's waiting nodes are all in use",
                       false,
                       {{2, 2}, {3, 1}, {4, 1}},
                       program_maker<NestedClient<L>>()});
  if (!facts.counters.empty())
    clients.push_back({"wrap",
                       "counters wrap around",
                       true,
                       {{2, 2}, {3, 1}},
                       program_maker<WrapClient<L>>(facts.counters)});
}

template <template <class> class LockOver>
CheckedLock make_checked_lock(const char* name) {
  using L = LockOver<Checked>;
  CheckedLock lock{name, options_for(L::info), {}};
  add_node_clients<L>(lock.clients);
  lock.clients.push_back({"pool",
                          "nodes from the threads' pools",
                          true,
                          {{2, 1}, {2, 2}},
                          program_maker<PoolClient<LockOver>>()});
  if constexpr (kFitsInWord<LockOver, Checked>) {
    lock.clients.push_back({"ke",
                            "KeAcquireSpinLock on a zeroed word",
                            true,
                            {{2, 1}, {2, 2}},
                            program_maker<KeClient<LockOver>>()});
    lock.clients.push_back({"in-stack",
                            "KeAcquireInStackQueuedSpinLock",
                            false,  // Each has a handle of its own in what all share.
                            {{2, 1}, {2, 2}},
                            program_maker<InStackClient<LockOver>>()});
    lock.clients.push_back({"numbered",
                            "KeAcquireQueuedSpinLock",
                            true,
                            {{2, 1}, {2, 2}},
                            program_maker<NumberedClient<LockOver>>()});
  }
  return lock;
}

}  // namespace spinlab
