#include "harness/reporter.hpp"

#include "harness/cell.hpp"

namespace spinlab {

void RowReporter::ReportRuns(const std::vector<Run>& runs) {
  std::vector<Run> rows = runs;
  for (Run& row : rows) {
    row.run_name.args.clear();
    row.run_name.min_time.clear();
    row.run_name.iterations.clear();
    row.run_name.repetitions.clear();
    row.run_name.time_type.clear();
    row.run_name.threads.clear();
    if (cpu_time_ == CpuTime::kAsRealTime) row.cpu_accumulated_time = row.real_accumulated_time;
    row.threads = parse_run_name(row.run_name.function_name).threads;
  }
  rows_ += rows.size();
  JSONReporter::ReportRuns(rows);
}

}  // namespace spinlab
