// RowReporter: Google Benchmark's JSON, with a cell's own name and its team's size.
//
// The library appends what it knows of a run to its name (iterations, manual time) and believes in
// one thread; rows must be named exactly as their cell.
#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <vector>

namespace spinlab {

class RowReporter : public benchmark::JSONReporter {
 public:
  // Of rows whose time is no host's, the processor's time is none either.
  enum class CpuTime { kMeasured, kAsRealTime };

  explicit RowReporter(CpuTime cpu_time) : cpu_time_(cpu_time) {}

  void ReportRuns(const std::vector<Run>& runs) override;

  std::size_t rows() const { return rows_; }  // That were reported so far.

 private:
  CpuTime cpu_time_;
  std::size_t rows_ = 0;
};

}  // namespace spinlab
