// RowReporter: Google Benchmark's JSON, with a cell's own name and its team's size.
//
// The library appends what it knows of a run to its name (iterations, manual time) and believes in
// one thread; rows must be named exactly as their cell.
#pragma once

#include <benchmark/benchmark.h>

#include <vector>

namespace spinlab {

class RowReporter : public benchmark::JSONReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override;
};

}  // namespace spinlab
