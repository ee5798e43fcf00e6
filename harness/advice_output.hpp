// Advice as text for people and as JSON for programs. Both functions are pure.
#pragma once

#include <string>

#include "harness/recommend.hpp"
#include "harness/results.hpp"

namespace spinlab {

// For a terminal of 100 columns, beside the label of a simulated machine; lines are longer only
// where one name is. `results`: what the advice was made from.
std::string advice_text(const Advice& advice, const Results& results);

// One JSON object:
//   machine  native or simulated
//   topology_name  null for native
//   choices  one entry for each Choice, in the cells' order: workload, threads, load, placement,
//            interface, objective, lock, value, unit, interval [low, high], interval_reaches_95,
//            handovers_per_acquisition (null where no lock is shared), ties, more_ties, capture,
//            best_peer {name, value} (null if there is none)
//   overall  null, or lock, objective, interface, worst_regret, where {workload, threads, load,
//            placement}, capture
//   regrets  all locks that could be chosen overall, best first: lock, worst_regret, capture
//   failures run_name, windows, error
std::string advice_json(const Advice& advice, const Results& results);

}  // namespace spinlab
