// Makes a CheckedLock of a lock's type: which programs can be run on it.
#pragma once

#include <string_view>
#include <utility>

#include "harness/checked_locks.hpp"

namespace spinlab {

template <class World>
std::function<checked::Program(CheckShape)> program_maker() {
  return [](CheckShape shape) {
    return checked::program_of<World>(shape.threads,
                                      [shape](void* at) { ::new (at) World(shape); });
  };
}

inline checked::Options options_for(const LockInfo& info) {
  checked::Options options;
  options.bypass_is_fifo = info.fairness == Fairness::kFifo;
  if (info.fairness != Fairness::kNone) options.bypass_bound = info.bypass_bound;
  return options;
}

// The clients for a lock with nodes of the caller's.
template <class L>
void add_node_clients(std::vector<CheckClient>& clients) {
  clients.push_back({"ladder",
                     "acquire and release",
                     true,
                     {{2, 1}, {2, 2}, {3, 1}, {3, 2}, {4, 1}},
                     program_maker<LadderClient<L>>()});
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
  if (std::string_view(L::info.family) == "ticket")
    clients.push_back(
        {"wrap", "counters wrap around", true, {{2, 2}, {3, 1}}, program_maker<WrapClient<L>>()});
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
                            true,
                            {{2, 1}, {2, 2}},
                            program_maker<InStackClient<LockOver>>()});
    lock.clients.push_back({"numbered",
                            "KeAcquireQueuedSpinLock",
                            true,
                            {{2, 1}, {2, 2}},
                            program_maker<NumberedClient<LockOver>>()});
  }
  // Threads on different NUMA nodes are not alike to a lock that asks for them.
  if (std::string_view(L::info.family) == "hierarchical")
    for (CheckClient& client : lock.clients) client.symmetric = false;
  return lock;
}

}  // namespace spinlab
