// Results files: Google Benchmark's JSON with a context block of spinlab's own.
//
// No function here keeps state; calls from several threads are independent of each other.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cell.hpp"

namespace spinlab {

// The version of the format; readers refuse any other.
inline constexpr std::string_view kResultsFormat = "spinlab-results-1";

// Names of the counters that code (rather than a plot) asks for.
namespace counters {
inline constexpr std::string_view kAcquisitionsPerSecond = "acquisitions_per_second";
inline constexpr std::string_view kHandoversPerAcquisition = "handovers_per_acquisition";
inline constexpr std::string_view kAcquireP99Ns = "acquire_p99_ns";
inline constexpr std::string_view kPinned = "pinned";
}  // namespace counters

// What was measured: one line of the context's `contestants`.
struct Contestant {
  std::string name;
  std::string title;
  std::string family;
  std::string source;
  int year = 0;
  std::string fairness;  // fifo, bounded or none.
  std::string node;      // none, caller or thread.
  int words = 0;         // Of the lock itself.
  std::string kind{};    // lock, peer (another library's lock) or floor (no lock; a lower bound).
};

inline constexpr std::string_view kKindLock = "lock";
inline constexpr std::string_view kKindPeer = "peer";
inline constexpr std::string_view kKindFloor = "floor";

// The error of a window in which two threads held the lock at once begins with these words.
inline constexpr std::string_view kExclusionViolated = "exclusion violated";

// One window of one cell.
struct Row {
  Cell cell;
  int block = 0;       // Which fresh process measured it, from 0.
  int repetition = 0;  // Counted per cell over all blocks, from 0.
  bool failed = false;
  std::string error;  // Why it failed; empty otherwise.
  // Every number of the row that is a counter; units are in the names. Numbers that are not finite
  // are left out.
  std::map<std::string, double, std::less<>> counters;

  std::optional<double> counter(std::string_view name) const {
    const auto found = counters.find(name);
    if (found == counters.end()) return std::nullopt;
    return found->second;
  }
};

// The counter `pinned` is 0: threads ran where the system put them.
bool is_unpinned(const Row& row);

struct Results {
  std::string format;
  std::string machine;        // native or simulated.
  std::string topology_name;  // Of a simulated machine; else empty.
  std::string processor;      // Its name in words.
  std::string fingerprint;    // Equal on hosts that are alike as far as locks can tell.
  std::string topology;
  bool fit_for_measuring = true;  // False: of a build without optimisation, or with sanitizers.
  std::vector<Contestant> contestants;
  std::vector<Row> rows;  // Windows only, in the file's order; aggregates are left out.
};

// Throws UserError, one line, if the file cannot be read, is empty or cut short, is of another
// format or version, has no windows, or has one with a rate, hand-overs or p99 latency that is no
// finite number from 0 on.
Results read_results(const std::string& path);

// Whether the file says that it holds results, of any version and however damaged its rows are.
bool claims_to_be_results(const std::string& path);

// Several runs of one host as one: blocks are numbered on from file to file, contestants united.
// Throws UserError as read_results() does, if a file is given twice, and if files are of different
// machines or of hosts with different fingerprints. `paths` must not be empty.
Results read_pooled_results(const std::vector<std::string>& paths);

struct JoinedRun {
  std::string json;          // The text of the whole run's results file.
  std::vector<Row> failed;   // Its windows that failed.
  std::size_t unpinned = 0;  // Windows whose threads the system refused to pin.
};

// The checksum of the plan (partial_run.hpp) whose results these are; empty if the file does not say.
std::string plan_of_results(const std::string& path);

// What a block wrote through Google Benchmark's JSON reporter.
struct BlockText {
  std::string path;  // For messages.
  std::string json;
};

// How many windows of each run name, failed ones included, a block has. Throws UserError as
// read_results() does.
std::map<std::string, int> count_windows(const BlockText& block);

// Joins the blocks of one run, in order. The context is the first block's overlaid with the object
// `context_json`; of a simulated run the first block's belongs into its `host`. `plan` is the
// checksum of the run's plan, and is put there, too. Rows are grouped
// by run name, in the order of first appearance; each says its `block`, and is numbered anew over
// all blocks. Mean, median, standard deviation and coefficient of variation of each run name's good
// rows follow it, as Google Benchmark writes them, so that its compare.py reads the file.
// Throws UserError as read_results() does for a block; std::invalid_argument if there are no
// blocks or `context_json` is not a JSON object.
JoinedRun merge_blocks(const std::vector<BlockText>& blocks, std::string_view context_json,
                       std::string_view plan);

}  // namespace spinlab
