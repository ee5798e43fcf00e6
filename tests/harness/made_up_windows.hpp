// MadeUpWindows: invented measurements, and the advice that they lead to.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/recommend.hpp"

namespace spinlab {

inline constexpr int kBlocks = 8;
inline constexpr int kRepetitions = 3;
inline const Cell kSaturated{"empty", "", 2, "saturated", "cores", "direct"};
inline const Cell kAlone{"empty", "", 1, "none", "cores", "direct"};

// Results in the making. Threads: one.
class MadeUpWindows {
 public:
  int blocks = kBlocks;

  void add(Cell cell, const std::string& name, int block, int repetition,
           std::map<std::string, double, std::less<>> counters, const char* kind = "lock") {
    cell.lock = name;
    kinds_[name] = kind;
    rows_.push_back({.cell = cell,
                     .block = block,
                     .repetition = repetition,
                     .failed = false,
                     .error = "",
                     .counters = std::move(counters)});
  }

  // The same rate in all windows but for a drift of +-30 % that a block's contestants share.
  void add_rate(const Cell& cell, const std::string& name, double rate, double handovers = 1,
                const char* kind = "lock") {
    for (int block = 0; block < blocks; ++block) {
      const double drift = 1 + 0.3 * std::sin(block * 1.7);
      for (int repetition = 0; repetition < kRepetitions; ++repetition) {
        add(cell, name, block, repetition,
            {{"acquisitions_per_second", rate * drift},
             {"handovers_per_acquisition", handovers},
             {"acquire_p99_ns", 1e9 / (rate * drift)}},
            kind);
      }
    }
  }

  void fail(Cell cell, const std::string& name, const std::string& error) {
    cell.lock = name;
    rows_.push_back({.cell = cell, .failed = true, .error = error, .counters = {}});
  }

  Advice advise(Objective objective = Objective::kThroughput) const {
    return recommend(rows_, kinds_, objective);
  }

 private:
  std::vector<Row> rows_;
  std::map<std::string, std::string> kinds_;
};

}  // namespace spinlab
