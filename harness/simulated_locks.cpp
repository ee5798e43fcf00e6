#include "harness/simulated_locks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "algorithms/all_locks.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

template <template <class> class LockOver>
SimulatedOutcome run_window(const SimulatedShape& shape, const WindowOptions& options,
                            SimulationTrace* trace) {
  return SimulatedTeam(shape, options, trace).run<LockOver>();
}

// What every lock needs at least; it excludes nobody.
template <class M>
class RmwStoreFloor {
 public:
  struct Node {};
  void acquire(Node&) { word_.exchange(1, memory_order::acquire); }
  void release(Node&) { word_.store(0, memory_order::release); }

 private:
  typename M::template Cell<std::uint32_t> word_{0};
};

constexpr SimulatedLock kLocks[] = {
#define SPINLAB_LOCK(stem, Type) {#stem, &run_window<Type>},
#include "algorithms/locks.def"
#undef SPINLAB_LOCK
};

}  // namespace

std::span<const SimulatedLock> simulated_locks() { return kLocks; }

const SimulatedLock& find_simulated_lock(std::string_view name) {
  const auto found = std::ranges::find(kLocks, name, &SimulatedLock::name);
  if (found != std::end(kLocks)) return *found;
  std::vector<std::string_view> names;
  for (const SimulatedLock& lock : kLocks) names.push_back(lock.name);
  throw UserError(
      fmt::format("no lock '{}' can be simulated; known: {}", name, fmt::join(names, ", ")));
}

double simulated_section_ns(const simulated::Model& model, const Workload& workload) {
  constexpr double kWindowMs = 0.05;
  const SimulatedShape shape{.model = &model, .workload = workload, .processors = {0}};
  const WindowOptions options{.window_ms = kWindowMs, .think_ns = 0, .seed = 1};
  return run_window<RmwStoreFloor>(shape, options, nullptr).metrics.ns_per_acquisition;
}

}  // namespace spinlab
