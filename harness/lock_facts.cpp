#include "harness/lock_facts.hpp"

#include <optional>

#include "machines/checked/walk.hpp"

namespace spinlab {
namespace {

using checked::Value;
using checked::Walk;

constexpr std::uint64_t kWalks = 100;
constexpr std::uint64_t kSeed = 1;
constexpr int kEvents = 120;     // Of a thread.
constexpr int kFewestSteps = 3;  // 0, 1, 2 might be states.

// The first thread goes as far as it can, then the next.
void go_in_turn(Walk& walk) {
  while (!walk.violation()) {
    std::optional<checked::Step> step;
    for (const int thread : walk.ready()) {
      const auto steps = walk.useful_steps(thread);
      if (steps.empty()) continue;
      step = steps.front();
      break;
    }
    if (!step) return;
    walk.take(*step);
  }
}

Value masked(Value value, std::size_t bytes) {
  return bytes < sizeof(Value) ? value & ((Value{1} << 8 * bytes) - 1) : value;
}

// By how much each write of the cell exceeds the one before; nothing if that differs.
std::optional<Value> step_of(const checked::Graph& graph, int cell, std::size_t bytes) {
  const checked::IdList& order = graph.messages(cell);
  if (order.size() <= kFewestSteps) return std::nullopt;
  const auto step_to = [&](int at) {
    return masked(graph.value_of(order[at]) - graph.value_of(order[at - 1]), bytes);
  };
  for (int at = 1; at < order.size(); ++at)
    if (step_to(at) == 0 || step_to(at) != step_to(1)) return std::nullopt;
  return step_to(1);
}

}  // namespace

LockFacts facts_of(const checked::Program& contended, const checked::Program& in_turn,
                   const std::function<const void*(const void*)>& lock_in, std::size_t bytes) {
  checked::Options options;
  options.events_per_thread = kEvents;
  LockFacts facts;
  checked::Threads several(contended, options);
  checked::walk_at_random(several, options, kWalks, kSeed);
  facts.asks = several.asks();

  checked::Threads threads(in_turn, options);
  Walk walk(threads, options);
  go_in_turn(walk);
  const auto lock = reinterpret_cast<std::uintptr_t>(lock_in(threads.memory().world()));
  for (int cell = 0; cell < walk.graph().cells; ++cell) {
    const std::size_t at = reinterpret_cast<std::uintptr_t>(threads.address_of(cell)) - lock;
    if (at >= bytes) continue;
    const std::size_t size = threads.bytes_of(cell);
    const std::optional<Value> step = step_of(walk.graph(), cell, size);
    if (step)
      facts.counters.push_back(
          {at, size, masked(walk.graph().value_of(walk.graph().messages(cell)[0]) - *step, size)});
  }
  return facts;
}

}  // namespace spinlab
