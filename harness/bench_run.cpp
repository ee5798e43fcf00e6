#include "harness/bench_run.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "harness/child_process.hpp"
#include "harness/commit.hpp"
#include "harness/exit_status.hpp"
#include "harness/floors.hpp"
#include "harness/partial_run.hpp"
#include "harness/progress.hpp"
#include "harness/say.hpp"
#include "harness/user_error.hpp"
#include "harness/workload.hpp"
#include "machines/native/fingerprint.hpp"

namespace spinlab {
namespace {

using GivenUp = std::map<std::string, std::string>;  // Run name to reason.

RunPlan plan_of(const std::vector<PlannedCell>& cells, const BenchOptions& options) {
  std::string text = fmt::format("commit {}\nhost {}\n", kCommit, host_fingerprint());
  text += fmt::format("window_ms {}\nrepetitions {}\nprocesses {}\nseed {}\n", options.window_ms,
                      options.repetitions, options.processes, options.seed);
  return make_plan(std::move(text), cells, options.repetitions, options.processes);
}

// S of every workload in the sweep, as arguments for the blocks: once, the same for all of them.
std::vector<std::string> measure_sections(const std::vector<PlannedCell>& cells) {
  std::set<std::string> names;
  for (const PlannedCell& planned : cells) names.insert(planned.cell.workload);
  std::vector<std::string> arguments;
  for (const std::string& name : names) {
    const double ns = floor_ns("rmw_store", find_workload(name), cells.front().processors.front());
    arguments.push_back(fmt::format("--section={}={:.6f}", name, ns));
  }
  return arguments;
}

class Run {
 public:
  Run(const std::vector<PlannedCell>& cells, const BenchOptions& options)
      : cells_(cells),
        options_(options),
        partial_(options.out, plan_of(cells, options), options.existing),
        progress_("bench", windows_per_block() * static_cast<std::size_t>(options.processes)) {}

  BenchOutcome run() {
    if (partial_.is_complete()) return BenchOutcome::kWasComplete;
    for (const std::string& damage : partial_.damages()) say(damage);
    const std::string context = options_.context_json();
    sections_ = measure_sections(cells_);
    for (int block = 0; block < options_.processes; ++block) {
      if (!partial_.is_finished(block) && !run_block_until_finished(block)) {
        progress_.finish();
        say(fmt::format("interrupted after {} of {} blocks, which are kept; go on with --resume",
                        block, options_.processes));
        return BenchOutcome::kInterrupted;
      }
      progress_.show(windows_per_block() * (static_cast<std::size_t>(block) + 1), "");
    }
    progress_.finish();
    return join(context);
  }

 private:
  std::size_t windows_per_block() const {
    return cells_.size() * static_cast<std::size_t>(options_.repetitions);
  }

  // A cell that hangs or crashes takes its process with it: the block starts again without it.
  // False: interrupted.
  bool run_block_until_finished(int block) {
    for (;;) {
      ChildProcess child(block_arguments(block));
      std::string running;
      std::size_t windows = 0;
      const auto last = follow(child, block, running, windows);
      if (last == ChildProcess::Event::kInterrupted) return false;
      std::string why;
      if (last == ChildProcess::Event::kSilence) {
        why = fmt::format("hung: no end of its window within {} s", options_.watchdog.count());
        child.kill();
      } else if (const std::string failure = child.failure(); !failure.empty()) {
        // By itself it ends with a status only for something that its own message names.
        if (child.exit_status() == kExitBadInput) throw ExitStatus{kExitBadInput};
        if (running.empty() || child.exit_status()) {
          throw UserError(fmt::format("block {} ended with {}", block, failure));
        }
        why = fmt::format("crashed: {}", failure);
      }
      if (why.empty()) {
        partial_.accept(block);
        return true;
      }
      give_up(running, why);
    }
  }

  ChildProcess::Event follow(ChildProcess& child, int block, std::string& running,
                             std::size_t& windows) {
    for (;;) {
      const auto report = child.next(options_.watchdog);
      if (report.event != ChildProcess::Event::kLine) return report.event;
      running = report.line;
      progress_.show(windows_per_block() * static_cast<std::size_t>(block) + windows++, running);
    }
  }

  void give_up(const std::string& run_name, const std::string& why) {
    progress_.finish();
    say(fmt::format("{}: {}", run_name, why));
    if (run_name.empty()) throw UserError("a block hung before its first window");
    given_up_[run_name] = why;
  }

  std::vector<std::string> block_arguments(int block) const {
    std::vector<std::string> arguments = options_.arguments;
    arguments.push_back(fmt::format("--block={}", block));
    arguments.push_back("--block-out=" + partial_.path(block));
    arguments.insert(arguments.end(), sections_.begin(), sections_.end());
    for (const auto& [run_name, why] : given_up_) {
      arguments.push_back("--give-up=" + run_name + "=" + why);
    }
    return arguments;
  }

  BenchOutcome join(const std::string& context) {
    const Findings findings = partial_.join(context);
    for (const std::string& failure : findings.failures) say(failure);
    if (findings.unpinned > 0) {
      say(fmt::format(
          "the system refused to pin threads to their processors in {} windows: they ran "
          "where it put them, and placements say nothing",
          findings.unpinned));
    }
    return findings.failures.empty() ? BenchOutcome::kComplete : BenchOutcome::kFailedCells;
  }

  const std::vector<PlannedCell>& cells_;
  const BenchOptions& options_;
  PartialRun partial_;
  Progress progress_;
  std::vector<std::string> sections_;
  GivenUp given_up_;
};

}  // namespace

BenchOutcome run_bench(const std::vector<PlannedCell>& cells, const BenchOptions& options) {
  stop_on_signals();
  return Run(cells, options).run();
}

}  // namespace spinlab
