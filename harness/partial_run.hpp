// PartialRun: the folder in which the finished blocks of a run wait for the others.
//
// `plan.txt` says what the run is; only a run with the same plan may go on from the blocks. `lock`
// keeps a second run out. Blocks are sealed (block_file.hpp), and judged before anything is made of
// them: one that is not whole counts as not measured.
// Threads: one.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/locked_folder.hpp"
#include "harness/output_file.hpp"
#include "harness/results.hpp"
#include "harness/sweep.hpp"

namespace spinlab {

// What decides which windows a run has.
struct RunPlan {
  std::string text;                    // Of equal plans, blocks may be joined.
  std::map<std::string, int> windows;  // How many of each run name a block has.
  int blocks = 1;
};

// `text` and a line for each cell.
RunPlan make_plan(std::string text, const std::vector<PlannedCell>& cells, int repetitions,
                  int blocks);

// What to do with what is already there.
struct Existing {
  bool resume = false;  // Go on from the finished blocks.
  Overwrite overwrite = Overwrite::kRefuse;
};

// Before anything is measured: throws UserError for an output that could not be written, with the
// folder beside it.
void check_run_writable(const std::string& out);

// What there is to say of a run that is complete.
struct Findings {
  std::set<std::string> failures;  // The cells that failed, each once, with its reason.
  std::size_t unpinned = 0;        // Windows whose threads the system refused to pin.
};

class PartialRun {
 public:
  // <out>.partial, for this process alone. With `resume`, keeps the whole blocks of the same plan.
  // Throws UserError if another process has it; for another plan; without `resume` if there are
  // finished blocks, so that nothing is lost unasked; if `out` is there and neither may be
  // overwritten nor is the finished run to resume; if the folder cannot be made.
  PartialRun(std::string out, RunPlan plan, const Existing& existing);
  ~PartialRun();  // Leaves the folder only if it has blocks that are whole.
  PartialRun(const PartialRun&) = delete;
  PartialRun& operator=(const PartialRun&) = delete;

  // `out` has this plan's results already: there is nothing to resume.
  bool is_complete() const { return complete_; }

  bool is_finished(int block) const { return finished_.contains(block); }
  // What is wrong with each block that was there and is not whole, one line for each.
  const std::vector<std::string>& damages() const { return damages_; }

  std::string path(int block) const;  // Where it is to be written.
  // The block was written: is_finished() from here on. Throws UserError if it is not whole.
  void accept(int block);

  // Joins the blocks, all of which must be finished, into the results file, and removes the folder.
  // Throws UserError if the file cannot be written or a block is no longer whole.
  Findings join(std::string_view context_json);

 private:
  BlockText read(int block) const;  // Throws UserError if it is not whole.
  void take_over_blocks(bool resume);

  std::string out_;
  RunPlan plan_;
  Overwrite overwrite_;
  LockedFolder folder_;
  bool complete_ = false;
  std::set<int> finished_;
  std::vector<std::string> damages_;
};

}  // namespace spinlab
