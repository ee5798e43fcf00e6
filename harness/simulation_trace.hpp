// SimulationTrace: what happened in one simulated window, for chrome://tracing and its like.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "machines/simulated/observer.hpp"

namespace spinlab {

class SimulationTrace : public simulated::Observer {
 public:
  // A thread wanted the lock at `begin` and had it at `acquired`.
  void entered(int thread, simulated::Ticks begin, simulated::Ticks acquired);
  // It began to release it at `begin`, done at `end`. Another thread may have it before that: some
  // locks tidy up after they have let go.
  void left(int thread, simulated::Ticks begin, simulated::Ticks end);
  void transferred(const simulated::Transfer& transfer) override;

  // Trace Event Format (JSON): a row a thread with its waits, sections and releases; below it, in rows of
  // their own, the lines that came to it, and from where. Times are in simulated us.
  std::string to_json_text(const std::string& title) const;

 private:
  struct Visit {
    int thread;
    simulated::Ticks begin, acquired, releases, end;
  };
  std::vector<Visit> visits_;
  std::vector<simulated::Transfer> transfers_;
};

}  // namespace spinlab
