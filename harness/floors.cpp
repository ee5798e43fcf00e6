#include "harness/floors.hpp"

#include "harness/contestants.hpp"
#include "harness/statistics.hpp"
#include "harness/window.hpp"

namespace spinlab {
namespace {

constexpr int kWindows = 7;
constexpr double kWindowMs = 4;

}  // namespace

double floor_ns(const char* name, const Workload& workload, int processor) {
  WindowRunner runner({.door = find_entrant(name).door("direct"), .workload = workload},
                      {processor});
  std::vector<double> ns;
  for (int window = 0; window < kWindows; ++window) {
    ns.push_back(runner.run({.window_ms = kWindowMs}).ns_per_acquisition);
  }
  return median(ns);
}

Floors measure_floors(int processor) {
  const Workload& empty = find_workload("empty");
  return {.empty_loop_ns = floor_ns("empty_loop", empty, processor),
          .locked_rmw_ns = floor_ns("locked_rmw", empty, processor),
          .rmw_store_ns = floor_ns("rmw_store", empty, processor)};
}

}  // namespace spinlab
