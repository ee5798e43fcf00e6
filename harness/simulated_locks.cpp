#include "harness/simulated_locks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

std::vector<SimulatedLock>& all_locks() {
  static std::vector<SimulatedLock> all{
#define SPINLAB_LOCK(stem, Type) {#stem, &run_window<Type>},
#include "algorithms/locks.def"
#undef SPINLAB_LOCK
  };
  return all;
}

}  // namespace

std::span<const SimulatedLock> simulated_locks() { return all_locks(); }

void add_simulated_lock(SimulatedLock lock) { all_locks().push_back(lock); }

const SimulatedLock& find_simulated_lock(std::string_view name) {
  std::vector<std::string_view> names;
  for (const SimulatedLock& lock : all_locks()) {
    if (lock.name == name) return lock;
    names.push_back(lock.name);
  }
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
