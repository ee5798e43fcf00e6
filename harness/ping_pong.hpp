// How long a line takes from one processor to another: the part of a hand-over between two
// processors that no lock can avoid.
#pragma once

#include <functional>
#include <vector>

#include "harness/topology.hpp"

namespace spinlab {

struct PingPong {
  std::vector<int> processors;  // OS indices: rows and columns of the matrices.
  // ns from one thread's store to the other's sight of it and its own store, one way; symmetric, 0
  // on the diagonal, not a number where no trial ended undisturbed.
  std::vector<std::vector<double>> one_line_ns;  // Both threads write one line.
  std::vector<std::vector<double>>
      two_lines_ns;  // Each writes its own line and watches the other's.
  int trials = 0;
  int trials_rejected = 0;  // A thread was switched out in them, or the partner never came.
  bool pinned = true;       // false: the numbers are of processors that the system chose.
};

struct PingPongEffort {
  int trials = 41;  // For each pair and kind; the median counts.
  int round_trips = 500;
  double pair_limit_ns = 300e6;  // Then what has not been measured stays so.
  // Called after each pair, from the calling thread; may be empty.
  std::function<void(int pairs_done, int pairs)> progress;

  static PingPongEffort quick();
};

// Every unordered pair of the processors once, one pair at a time. About 20 ms a pair, 7 ms when
// quick; empty matrices' only element is 0 for a single processor.
// Thread safety: it needs the processors for itself.
PingPong measure_ping_pong(const std::vector<int>& processors, const PingPongEffort& effort = {});

// The processors for it: all allowed ones; of more than 64, when quick, 16 that are close to each
// other and 16 far apart.
std::vector<int> ping_pong_processors(const Topology& topology, bool quick);

}  // namespace spinlab
