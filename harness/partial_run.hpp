// PartialRun: the folder in which the finished blocks of a run wait for the others.
//
// `plan` says what the run is; only a run with the same plan may go on from the blocks.
// Threads: one.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace spinlab {

// Before anything is measured: throws UserError for an output that could not be written, with the
// folder beside it.
void check_run_writable(const std::string& out);

class PartialRun {
 public:
  // <out>.partial. With `resume`, keeps the finished blocks of the same plan; throws UserError for
  // another plan. Without, throws UserError if there are any, so that nothing is lost unasked, or
  // if the folder cannot be made.
  PartialRun(const std::string& out, std::string_view plan, bool resume);

  bool is_finished(int block) const;
  std::string path(int block) const;          // Of the finished block.
  std::string path_in_work(int block) const;  // Where a block's process writes.
  void finish(int block);                     // Renames the latter to the former.

  // Joins that many finished blocks into the results file `out`, and removes the folder. Returns the
  // cells that failed, each once, with its reason. Throws UserError if the file cannot be written.
  std::set<std::string> join(int blocks, std::string_view context_json, const std::string& out);

 private:
  std::string folder_;
};

}  // namespace spinlab
