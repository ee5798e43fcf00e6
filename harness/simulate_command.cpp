// spinlab simulate: the cells of a bench on a machine that is not here.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <memory>
#include <thread>

#include "harness/block.hpp"
#include "harness/commands.hpp"
#include "harness/exit_status.hpp"
#include "harness/machine_label.hpp"
#include "harness/number_option.hpp"
#include "harness/output_file.hpp"
#include "harness/partial_run.hpp"
#include "harness/run_options.hpp"
#include "harness/say.hpp"
#include "harness/simulate_run.hpp"
#include "harness/simulated_locks.hpp"
#include "harness/user_error.hpp"
#include "harness/workload.hpp"

namespace spinlab {
namespace {

struct Options {
  SimulateOptions simulate;
  SweepOptions sweep;
  std::string topology;
  std::string trace;
  bool list_only = false;
};

void apply_benchmark_flags(Options& options, std::vector<std::string> extras) {
  const BenchmarkFlags flags = take_benchmark_flags(std::move(extras), "simulate");
  if (flags.filter) options.sweep.filter = *flags.filter;
  if (flags.out) options.simulate.out = *flags.out;
  if (flags.repetitions) options.simulate.repetitions = *flags.repetitions;
  options.list_only = options.list_only || flags.list_only;
  initialize_benchmark("simulate");
}

// Packets are native code, as the interface is.
std::vector<std::string_view> simulated_workloads() {
  std::vector<std::string_view> names;
  for (const Workload& workload : workloads()) {
    if (!workload.has_queue) names.push_back(workload.name);
  }
  return names;
}

// What the user left open. A simulated machine is mostly large, and its default sweep is what tells
// locks apart there: all thread counts, a core each as long as there are some, with and without
// think time.
SweepOptions with_defaults(SweepOptions sweep) {
  const auto fill = [](std::vector<std::string>& names, std::vector<std::string> defaults) {
    if (names.empty()) names = std::move(defaults);
  };
  for (const std::string& lock : sweep.locks) find_simulated_lock(lock);
  if (sweep.locks.empty()) {
    for (const SimulatedLock& lock : simulated_locks()) sweep.locks.emplace_back(lock.name);
  }
  for (const std::string& interface : sweep.interfaces) {
    if (interface != "direct")
      throw UserError(fmt::format("--interface: '{}' is not simulated; known: direct", interface));
  }
  const std::vector<std::string_view> workloads = simulated_workloads();
  for (const std::string& workload : sweep.workloads) {
    if (std::ranges::find(workloads, workload) == workloads.end())
      throw UserError(fmt::format("--workload: '{}' is not simulated; known: {}", workload,
                                  fmt::join(workloads, ", ")));
  }
  fill(sweep.interfaces, {"direct"});
  fill(sweep.workloads, {"shared_line"});
  fill(sweep.loads, {"50", "saturated"});
  fill(sweep.placements, {"core"});
  return sweep;
}

void check_threads(const std::vector<PlannedCell>& cells) {
  for (const PlannedCell& planned : cells) {
    if (planned.processors.size() <= simulated::Simulation::kMaxThreads) continue;
    throw UserError(fmt::format("--threads: {} cannot be simulated; at most {}",
                                planned.processors.size(), simulated::Simulation::kMaxThreads));
  }
}

void check_home(const Topology& topology, int home) {
  if (home < std::max(1, topology.package_count())) return;
  throw UserError(fmt::format("--home: there is no package {}; the machine's are 0 to {}", home,
                              std::max(1, topology.package_count()) - 1));
}

void print_line(const TopologyFile& file, std::string_view text) {
  print_text(simulated_lines(file.name, text));
}

void write_trace(const Options& options, const TopologyFile& file, const Topology& topology,
                 const std::vector<PlannedCell>& cells) {
  if (cells.size() != 1) {
    throw UserError(fmt::format(
        "--trace takes one cell, and these options leave {}; name one lock, load and thread count",
        cells.size()));
  }
  const Overwrite overwrite = options.simulate.existing.overwrite;
  if (overwrite == Overwrite::kRefuse) require_new(options.trace);
  write_output_file(options.trace, trace_cell(file, topology, cells.front(), options.simulate),
                    overwrite);
  print_line(file, fmt::format("trace of {}: {}", cells.front().cell.to_run_name(), options.trace));
}

void run(Options& options, const std::vector<std::string>& extras) {
  apply_benchmark_flags(options, extras);
  const TopologyFile file = find_topology(options.topology);
  const Topology topology = file.topology();
  check_home(topology, options.simulate.home);
  const std::vector<PlannedCell> cells = plan_sweep(topology, with_defaults(options.sweep));
  check_threads(cells);
  if (options.list_only) {
    for (const PlannedCell& planned : cells) print_line(file, planned.cell.to_run_name());
    return;
  }
  if (!options.trace.empty()) return write_trace(options, file, topology, cells);
  check_run_writable(options.simulate.out);
  const BenchOutcome outcome = run_simulation(file, topology, cells, options.simulate);
  if (outcome == BenchOutcome::kWasComplete) {
    return print_line(file, options.simulate.out + ": nothing to resume, the run is finished");
  }
  if (outcome == BenchOutcome::kInterrupted) throw ExitStatus{kExitInterrupted};
  print_line(file, fmt::format("{} cells, {} windows each: {}", cells.size(),
                               options.simulate.repetitions * options.simulate.draws,
                               options.simulate.out));
  if (outcome == BenchOutcome::kFailedCells) throw ExitStatus{kExitFoundWanting};
}

void add_run_options(CLI::App& command, Options& options) {
  SimulateOptions& simulate = options.simulate;
  command
      .add_option("--topology", options.topology,
                  "The machine: a name of spinlab topology --list, a file, or 'synthetic "
                  "\"package:2 ...\"'")
      ->required()
      ->check(a_file_name());
  command.add_option("--window", simulate.window_ms, "Simulated ms of a window")
      ->check(number_from(0.01, 1000.0))
      ->capture_default_str();
  command.add_option("--repetitions", simulate.repetitions, "Windows of each cell in a draw")
      ->check(number_from(1, kMostRepetitions))
      ->capture_default_str();
  command
      .add_option("--processes", simulate.draws,
                  "Draws of the machine's costs: first the medians, then by chance each at its "
                  "5th, 50th or 95th percentile")
      ->check(number_from(1, kMostProcesses))
      ->capture_default_str();
  command.add_option("--seed", simulate.seed, "Of all that is left to chance")
      ->check(number_from(std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()))
      ->capture_default_str();
  command.add_option("--home", simulate.home, "The package in whose memory the locks lie")
      ->check(number_from(0, 1023))
      ->capture_default_str();
  command.add_option("--jobs", simulate.jobs, "Windows simulated at once; changes no result")
      ->check(number_from(1, 1024))
      ->capture_default_str();
  command.add_option("--out", simulate.out, "Results file")->capture_default_str();
  add_existing_options(command, simulate.existing);
  command
      .add_option("--trace", options.trace,
                  "Instead, one window of one cell for a trace viewer, as JSON")
      ->check(a_file_name());
  command.add_flag("--list", options.list_only, "Print the cells' names, and run nothing");
}

}  // namespace

void add_simulate_command(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("simulate", "Measure locks on a simulated machine");
  const auto options = std::make_shared<Options>();
  options->simulate.out = "simulated.json";
  options->simulate.jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  add_sweep_options(
      *command, options->sweep,
      {.workload = fmt::format("{}; default: shared_line", fmt::join(simulated_workloads(), ", ")),
       .placement = "Names of spinlab topology; default: core",
       .interface = "direct; peers and floors are native code"});
  add_run_options(*command, *options);
  command->allow_extras();
  command->footer(
      "Of Google Benchmark's flags, --benchmark_filter (names of --list), --benchmark_list_tests,\n"
      "--benchmark_out and --benchmark_repetitions work, too.\n"
      "Example: all locks on two sockets of 64 cores\n"
      "  spinlab simulate --topology epyc-7742-2x64 --out 2x64.json");
  command->callback([command, options] { run(*options, command->remaining()); });
}

}  // namespace spinlab
