#include "harness/simulate_run.hpp"

#include <fmt/format.h>
#include <time.h>

#include <atomic>
#include <map>
#include <new>
#include <set>

#include "harness/block.hpp"
#include "harness/child_process.hpp"
#include "harness/commit.hpp"
#include "harness/context.hpp"
#include "harness/machine_label.hpp"
#include "harness/parallel_runs.hpp"
#include "harness/partial_run.hpp"
#include "harness/say.hpp"
#include "harness/simulated_locks.hpp"
#include "harness/user_error.hpp"
#include "harness/workload.hpp"
#include "machines/splitmix.hpp"

namespace spinlab {
namespace {

// Of the calling host thread; other programs do not count.
std::uint64_t thread_cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(time.tv_nsec);
}

// Runs and repetitions with neighbouring numbers have nothing in common.
std::uint64_t window_seed(std::uint64_t seed, std::uint64_t repetition) {
  return SplitMix(SplitMix(seed)() + repetition)();
}

// The same for all draws of a run: by the cost's name, so that a further cost moves no other.
Quantile drawn_quantile(std::string_view cost, int draw, std::uint64_t seed) {
  if (draw == 0) return Quantile::kMedian;
  std::uint64_t mixed = seed;
  for (const char letter : cost) mixed = SplitMix(mixed + static_cast<unsigned char>(letter))();
  constexpr Quantile kQuantiles[] = {Quantile::kP5, Quantile::kMedian, Quantile::kP95};
  return kQuantiles[SplitMix(mixed + static_cast<std::uint64_t>(draw)).below(3)];
}

simulated::Model drawn_model(const TopologyFile& file, const Topology& topology, int draw,
                             std::uint64_t seed) {
  return make_model(file, topology, [draw, seed](std::string_view cost) {
    return drawn_quantile(cost, draw, seed);
  });
}

RunPlan plan_of(const TopologyFile& file, const Topology& topology,
                const std::vector<PlannedCell>& cells, const SimulateOptions& options) {
  std::string text = fmt::format("commit {}\nmachine {}\n", kCommit,
                                 simulated_fingerprint(file, topology, options.home));
  text += fmt::format("window_ms {}\nrepetitions {}\ndraws {}\nseed {}\n", options.window_ms,
                      options.repetitions, options.draws, options.seed);
  return make_plan(std::move(text), cells, options.repetitions, options.draws);
}

SimulatedShape shape_of(const PlannedCell& planned, const simulated::Model& model,
                        const SimulateOptions& options) {
  return {.model = &model,
          .workload = find_workload(planned.cell.workload),
          .processors = planned.processors,
          .lock_per_thread = planned.cell.load == "none",
          .home = static_cast<std::uint16_t>(options.home)};
}

WindowOptions window_of(const PlannedCell& planned, const SimulateOptions& options,
                        double section_ns, std::uint64_t seed) {
  return {.window_ms = options.window_ms,
          .think_ns = think_ns(planned.cell.load, planned.cell.threads, section_ns),
          .seed = seed};
}

class Run {
 public:
  Run(const TopologyFile& file, const Topology& topology, const std::vector<PlannedCell>& cells,
      const SimulateOptions& options)
      : file_(file),
        topology_(topology),
        cells_(cells),
        options_(options),
        partial_(options.out, plan_of(file, topology, cells, options), options.existing) {}

  BenchOutcome run() {
    if (partial_.is_complete()) return BenchOutcome::kWasComplete;
    for (const std::string& damage : partial_.damages()) say(damage);
    SharedProgress progress("simulate " + file_.name, windows_left(), [this](std::size_t index) {
      return cell_of(index).cell.to_run_name();
    });
    for (int draw = 0; draw < options_.draws; ++draw) {
      if (partial_.is_finished(draw) || run_block(draw, progress)) continue;
      say(fmt::format("interrupted after {} of {} draws, which are kept; go on with --resume", draw,
                      options_.draws));
      return BenchOutcome::kInterrupted;
    }
    return join();
  }

 private:
  void say(const std::string& what) const { spinlab::say(simulated_lines(file_.name, what)); }
  std::size_t windows_in_block() const {
    return cells_.size() * static_cast<std::size_t>(options_.repetitions);
  }
  std::size_t windows_left() const {
    std::size_t windows = 0;
    for (int draw = 0; draw < options_.draws; ++draw)
      if (!partial_.is_finished(draw)) windows += windows_in_block();
    return windows;
  }
  const PlannedCell& cell_of(std::size_t index) const { return cells_[index % cells_.size()]; }

  // False: interrupted.
  bool run_block(int draw, SharedProgress& progress) {
    const simulated::Model model = drawn_model(file_, topology_, draw, options_.seed);
    std::map<std::string, double> section_ns;
    for (const PlannedCell& planned : cells_) section_ns.try_emplace(planned.cell.workload, 0.0);
    for (auto& [name, ns] : section_ns) ns = simulated_section_ns(model, find_workload(name));

    std::vector<FinishedWindow> windows(windows_in_block());
    const auto task = [&](std::size_t index) {
      const PlannedCell& planned = cell_of(index);
      const std::uint64_t repetition = index / cells_.size();
      windows[index] = run_window(model, planned, section_ns.at(planned.cell.workload),
                                  window_seed(options_.seed, repetition));
    };
    if (!run_parallel(windows.size(), options_.jobs, task, progress, stop_requested)) return false;
    report_block(windows, draw, partial_.path(draw));
    partial_.accept(draw);
    return true;
  }

  FinishedWindow run_window(const simulated::Model& model, const PlannedCell& planned,
                            double section_ns, std::uint64_t seed) {
    const Cell& cell = planned.cell;
    const SimulatedShape shape = shape_of(planned, model, options_);
    const WindowOptions window = window_of(planned, options_, section_ns, seed);
    FinishedWindow finished{.run_name = cell.to_run_name(), .metrics = {}, .error = {}};
    const std::uint64_t begin_ns = thread_cpu_ns();
    try {
      SimulatedOutcome outcome = find_simulated_lock(cell.lock).run(shape, window, nullptr);
      finished.metrics = std::move(outcome.metrics);
      operations_ += outcome.operations;
    } catch (const std::bad_alloc&) {
      throw;  // Says nothing of the lock: the window is to be simulated again.
    } catch (const std::exception& error) {
      finished.error = error.what();
    }
    busy_ns_ += thread_cpu_ns() - begin_ns;
    return finished;
  }

  BenchOutcome join() {
    const Findings findings = partial_.join(context());
    for (const std::string& failure : findings.failures) say(failure);
    return findings.failures.empty() ? BenchOutcome::kComplete : BenchOutcome::kFailedCells;
  }

  std::string context() const {
    SimulatedContextFacts facts{.seed = options_.seed,
                                .draws = options_.draws,
                                .repetitions = options_.repetitions,
                                .window_ms = options_.window_ms,
                                .home = options_.home,
                                .locks = {},
                                .jobs = options_.jobs,
                                .simulated_operations_per_second = 0};
    for (const PlannedCell& planned : cells_) facts.locks.push_back(planned.cell.lock);
    if (busy_ns_ > 0)
      facts.simulated_operations_per_second =
          static_cast<double>(operations_) * 1e9 / static_cast<double>(busy_ns_);
    return simulated_context_json(file_, topology_, facts);
  }

  const TopologyFile& file_;
  const Topology& topology_;
  const std::vector<PlannedCell>& cells_;
  const SimulateOptions& options_;
  PartialRun partial_;
  std::atomic<std::uint64_t> operations_{0};
  std::atomic<std::uint64_t> busy_ns_{0};
};

}  // namespace

BenchOutcome run_simulation(const TopologyFile& file, const Topology& topology,
                            const std::vector<PlannedCell>& cells, const SimulateOptions& options) {
  stop_on_signals();
  return Run(file, topology, cells, options).run();
}

std::string trace_cell(const TopologyFile& file, const Topology& topology,
                       const PlannedCell& planned, const SimulateOptions& options) {
  const simulated::Model model = drawn_model(file, topology, 0, options.seed);
  const SimulatedShape shape = shape_of(planned, model, options);
  const WindowOptions window =
      window_of(planned, options, simulated_section_ns(model, shape.workload), options.seed);
  SimulationTrace trace;
  find_simulated_lock(planned.cell.lock).run(shape, window, &trace);
  return trace.to_json_text(
      fmt::format("{}, simulated on {}", planned.cell.to_run_name(), file.name));
}

}  // namespace spinlab
