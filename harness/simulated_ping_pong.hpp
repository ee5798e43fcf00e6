// The ping-pong of ping_pong.hpp on a simulated machine, and the transfer that explains a measured
// one.
//
// Thread safety: pure functions, one simulation a thread.
#pragma once

#include <vector>

#include "machines/simulated/model.hpp"

namespace spinlab {

// Both write one line, or each its own and watches the other's.
enum class PingPongLines { kOne, kTwo };

// ns one way between the model's processors 0 and 1; the lines' home is their package.
double simulated_one_way_ns(const simulated::Model& model,
                            PingPongLines lines = PingPongLines::kOne);

// For each measured way the transfer in ns, on a grid of a 200th of the longest way, with which the
// model's own ping-pong comes nearest to it; the model's other costs stay. Where the model's
// read_occupancy is 0, it is a fifth of the transfer. `model` has two processors of one class.
std::vector<double> fitted_transfers_ns(simulated::Model model,
                                        const std::vector<double>& one_ways_ns);

}  // namespace spinlab
