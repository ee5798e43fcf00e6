// What a search finds of a program, in full: every outcome, and every violation's verdict.
#pragma once

#include <map>
#include <set>
#include <string>

#include "litmus_world.hpp"
#include "machines/checked/search.hpp"

namespace spinlab {

struct Explored {
  checked::Outcome outcome;
  std::set<std::string> reads;   // "0 1 | 1": what each thread that reads at all has read.
  std::set<std::string> finals;  // "1 2": the last value of each cell, by address.
  std::map<checked::Verdict, int> violations;
};

// Goes on after violations.
Explored explore(const checked::Program& program, checked::Options options = {});

template <class World>
Explored explore(int threads, const checked::Options& options = {}) {
  return explore(checked::program_of<World>(threads), options);
}

namespace litmus {

struct Found {
  checked::Outcome outcome;
  std::set<Outcome> outcomes;
};
// Without a violation: for programs that have none.
Found search(const Program& program, const checked::Options& options = {});

}  // namespace litmus
}  // namespace spinlab
