// spinlab bench: measures cells, in fresh processes of this program, through Google Benchmark.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sched.h>
#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>

#include "harness/bench_run.hpp"
#include "harness/block.hpp"
#include "harness/build_facts.hpp"
#include "harness/calibration.hpp"
#include "harness/child_process.hpp"
#include "harness/commands.hpp"
#include "harness/context.hpp"
#include "harness/exit_status.hpp"
#include "harness/input_file.hpp"
#include "harness/number_option.hpp"
#include "harness/parse_number.hpp"
#include "harness/partial_run.hpp"
#include "harness/run_options.hpp"
#include "harness/say.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

struct Options {
  BenchOptions bench;
  std::vector<std::string> processors;
  std::string calibration_path;
  int watchdog_s = 10;
  bool any_build = false;
  bool list_only = false;
  // A block's process only:
  int block = -1;
  std::string block_out;
  std::vector<std::string> sections;
  std::vector<std::string> given_up;
};

constexpr int kLongestWatchdog = 86'400;

void apply_benchmark_flags(Options& options, std::vector<std::string> extras) {
  const BenchmarkFlags flags = take_benchmark_flags(std::move(extras), "bench");
  if (flags.filter) options.bench.sweep.filter = *flags.filter;
  if (flags.out) options.bench.out = *flags.out;
  if (flags.repetitions) options.bench.repetitions = *flags.repetitions;
  options.list_only = options.list_only || flags.list_only;
}

// Like taskset: everything from here on sees only these processors.
void restrict_to(const std::vector<std::string>& asked) {
  if (asked.empty()) return;
  const std::vector<int> allowed = Topology::host().processors();
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const std::string& text : asked) {
    const auto processor = parse_number<int>(text);
    if (!processor || std::ranges::find(allowed, *processor) == allowed.end()) {
      throw UserError(fmt::format("--processors: '{}' is not among the allowed ones: {}", text,
                                  fmt::join(allowed, ",")));
    }
    CPU_SET(static_cast<std::size_t>(*processor), &set);
  }
  if (sched_setaffinity(0, sizeof set, &set) != 0) {
    throw UserError(fmt::format("--processors: this system refuses to pin to {}: {}; leave it out",
                                fmt::join(asked, ","), std::strerror(errno)));
  }
}

std::pair<std::string, std::string> split(const std::string& text, char at) {
  const auto position = text.find(at);
  return {text.substr(0, position), text.substr(position + 1)};
}

void require_whole_block(const Options& options) {
  const bool is_block = options.block >= 0;
  const bool is_partly = options.block_out.empty()
                             ? is_block || !options.sections.empty() || !options.given_up.empty()
                             : !is_block;
  if (!is_partly) return;
  throw UserError(
      "--block, --block-out, --section and --give-up are what a run tells the processes that it "
      "starts; leave them out");
}

void run_as_block(const std::vector<PlannedCell>& cells, const Options& options) {
  // Without its run, a block would only disturb the next one.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  BlockOptions block{.block = options.block,
                     .repetitions = options.bench.repetitions,
                     .window_ms = options.bench.window_ms,
                     .seed = options.bench.seed,
                     .out = options.block_out,
                     .progress_fd = ChildProcess::progress_descriptor(),
                     .section_ns = {},
                     .given_up = {}};
  for (const std::string& section : options.sections) {
    const auto [name, ns] = split(section, '=');
    const auto number = parse_number<double>(ns);
    if (!number || !std::isfinite(*number) || *number < 0) {
      throw UserError(fmt::format("--section: '{}' is not WORKLOAD=NANOSECONDS", section));
    }
    block.section_ns[name] = *number;
  }
  for (const PlannedCell& planned : cells) {
    if (block.section_ns.contains(planned.cell.workload)) continue;
    throw UserError(fmt::format("--block: no --section for {}", planned.cell.workload));
  }
  for (const std::string& cell : options.given_up) {
    if (cell.find('=') == std::string::npos) {
      throw UserError(fmt::format("--give-up: '{}' is not RUN_NAME=REASON", cell));
    }
    block.given_up.insert(split(cell, '='));
  }
  run_block(cells, block);
}

// What a first look at the host says; the run goes on with what makes sense.
void announce(const Topology& topology, const Options& options) {
  if (topology.processors().size() == 1) {
    say(
        fmt::format("only processor {} is allowed: one thread, no contention; allow more with "
                    "taskset or the cgroup",
                    topology.processors().front()));
  }
  if (options.bench.sweep.oversubscribe) {
    say("more threads than processors: rates are the scheduler's as much as the locks'");
  }
}

Calibration read_calibration(const std::string& path) try {
  const std::string text = read_input_file(path, "spinlab calibrate --out makes one");
  return calibration_from_json_text(text);
} catch (const UserError& error) {
  throw UserError(fmt::format("--calibration {}: {}", path, error.what()));
}

std::string calibration_of(const Topology& topology, const Options& options) {
  if (!options.calibration_path.empty()) {
    return to_json_text(read_calibration(options.calibration_path));
  }
  const Floors floors = measure_floors(topology.processors().front());
  return to_json_text(measure_calibration(topology, floors, true, PingPongEffort::quick()));
}

void finish(BenchOutcome outcome) {
  if (outcome == BenchOutcome::kFailedCells) throw ExitStatus{kExitFoundWanting};
  if (outcome == BenchOutcome::kInterrupted) throw ExitStatus{kExitInterrupted};
}

void run(Options& options, const std::vector<std::string>& extras) {
  require_whole_block(options);
  apply_benchmark_flags(options, extras);
  initialize_benchmark("bench");
  restrict_to(options.processors);
  const Topology topology = Topology::host();
  const std::vector<PlannedCell> cells = plan_sweep(topology, options.bench.sweep);
  if (options.list_only) {
    for (const PlannedCell& planned : cells) fmt::print("{}\n", planned.cell.to_run_name());
    return;
  }
  if (!options.any_build) require_measuring_build("bench");
  if (options.block >= 0) return run_as_block(cells, options);

  check_run_writable(options.bench.out);
  if (!options.calibration_path.empty()) read_calibration(options.calibration_path);  // Or refuses.
  announce(topology, options);
  options.bench.watchdog = std::chrono::seconds(options.watchdog_s);
  options.bench.context_json = [&topology, &options] {
    return context_json(topology, {.seed = options.bench.seed,
                                   .processes = options.bench.processes,
                                   .repetitions = options.bench.repetitions,
                                   .window_ms = options.bench.window_ms,
                                   .calibration_json = calibration_of(topology, options)});
  };
  const BenchOutcome outcome = run_bench(cells, options.bench);
  if (outcome == BenchOutcome::kWasComplete) {
    return print_text(
        fmt::format("{}: nothing to resume, the run is finished\n", options.bench.out));
  }
  if (outcome != BenchOutcome::kInterrupted) {
    print_text(fmt::format("{} cells, {} windows each: {}\n", cells.size(),
                           options.bench.repetitions * options.bench.processes, options.bench.out));
  }
  finish(outcome);
}

void add_run_options(CLI::App& command, Options& options) {
  BenchOptions& bench = options.bench;
  command.add_option("--window", bench.window_ms, "ms of a window, cut into ten slices")
      ->check(number_from(0.5, 1000.0))
      ->capture_default_str();
  command.add_option("--repetitions", bench.repetitions, "Windows of each cell in a process")
      ->check(number_from(1, kMostRepetitions))
      ->capture_default_str();
  command.add_option("--processes", bench.processes, "Fresh processes, one after the other")
      ->check(number_from(1, kMostProcesses))
      ->capture_default_str();
  command.add_option("--seed", bench.seed, "Of the cells' order and the think times")
      ->check(number_from(std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()))
      ->capture_default_str();
  command.add_option("--out", bench.out, "Results file")->capture_default_str();
  add_existing_options(command, bench.existing);
  command.add_option("--processors", options.processors, "Only these, of the allowed ones")
      ->delimiter(',');
  command
      .add_option("--calibration", options.calibration_path,
                  "File of spinlab calibrate --out; default: calibrate now, quickly")
      ->check(a_file_name());
  command.add_option("--watchdog", options.watchdog_s, "s without progress: the cell hangs")
      ->check(number_from(1, kLongestWatchdog))
      ->capture_default_str();
  command.add_flag("--any-build", options.any_build,
                   "Run in a build that is not fit for measuring, too; the results say so");
  command.add_flag("--list", options.list_only, "Print the cells' names, and run nothing");
}

// How the processes of a run tell each other what to do; no concern of users.
void add_block_options(CLI::App& command, Options& options) {
  command.add_option("--block", options.block)
      ->check(number_from(0, kMostProcesses - 1))
      ->group("");
  command.add_option("--block-out", options.block_out)->check(a_file_name())->group("");
  command.add_option("--section", options.sections)->group("");
  command.add_option("--give-up", options.given_up)->group("");
}

}  // namespace

void add_bench_command(CLI::App& app, std::vector<std::string> arguments) {
  CLI::App* const command = app.add_subcommand("bench", "Measure locks on this computer");
  const auto options = std::make_shared<Options>();
  options->bench.out = "results.json";
  options->bench.arguments = std::move(arguments);
  add_sweep_options(*command, options->bench.sweep);
  add_run_options(*command, *options);
  add_block_options(*command, *options);
  command->allow_extras();
  command->footer(
      "Of Google Benchmark's flags, --benchmark_filter (names of --list), --benchmark_list_tests,\n"
      "--benchmark_out and --benchmark_repetitions work, too.\n"
      "Example: two locks under full load\n"
      "  spinlab bench --locks ticket,mcs --threads 2 --load saturated --out two.json");
  command->callback([command, options] { run(*options, command->remaining()); });
}

}  // namespace spinlab
