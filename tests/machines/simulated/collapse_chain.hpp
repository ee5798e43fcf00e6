// The collapse of the ticket lock as a Markov chain, and as the simulator has it.
//
// Source: Boyd-Wickizer, Kaashoek, Morris and Zeldovich, "Non-scalable locks are dangerous", Linux
// Symposium 2012: k of n cores are at the lock. They arrive at the rate (n - k) / a; one is served
// at 1 / (s + c (k - 1) / 2), since on average half of the k - 1 that wait read the line before the
// next holder does.
#pragma once

#include "tests/machines/simulated/lock_loop.hpp"
#include "tests/machines/simulated/ticket_apart.hpp"
#include "tests/machines/simulated/uniform_model.hpp"

namespace spinlab::simulated {

inline constexpr double kThink = 12'000;  // Cycles; here 1 ns each.
inline constexpr double kSection = 400;
inline constexpr int kSeeds = 4;

// The speed-up over one core, which goes round once in think time and section. Those that are not at
// the lock arrive at the rate 1 / think time each.
inline double chain_speed_up(int cores, double read_cost) {
  double weight = 1;
  double sum = 1;
  double thinking = cores;
  for (int waiting = 0; waiting < cores; ++waiting) {
    weight *= (cores - waiting) / kThink * (kSection + read_cost * waiting / 2);
    sum += weight;
    thinking += weight * (cores - waiting - 1);
  }
  return thinking / sum * (kThink + kSection) / kThink;
}

// The chain's assumptions: only reads of the line that is waited for cost anything, in random
// order, and the next release does not wait for those that are no longer needed.
inline double simulated_speed_up(int cores, Ticks read_cost) {
  Model model = uniform_model(128, 0);
  model.load_hit = model.store_hit = model.rmw = model.memory = 0;
  model.read_occupancy = read_cost * kTicksPerNs;
  model.write_first = true;
  LoopOptions options;
  options.inside = static_cast<Ticks>(kSection) * kTicksPerNs;
  options.outside = static_cast<Ticks>(kThink) * kTicksPerNs;
  options.exponential = true;
  options.warm_up = 400 * options.outside;
  options.end = 8000 * options.outside;
  // At its edge the collapse comes and goes: one run is not enough.
  double sum = 0;
  for (options.seed = 1; options.seed <= kSeeds; ++options.seed) {
    const LoopResult result = run_loop<TicketApart>(model, cores, options);
    sum += (kThink + kSection) / result.ns_per_acquisition;
  }
  return sum / kSeeds;
}

}  // namespace spinlab::simulated
