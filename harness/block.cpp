#include "harness/block.hpp"

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <numeric>
#include <sstream>
#include <thread>

#include "harness/block_file.hpp"
#include "harness/contestants.hpp"
#include "harness/descriptor.hpp"
#include "harness/output_file.hpp"
#include "harness/reporter.hpp"
#include "harness/user_error.hpp"
#include "harness/window.hpp"
#include "harness/workload.hpp"
#include "machines/splitmix.hpp"

namespace spinlab {
namespace {

void say_progress(int descriptor, const std::string& run_name) {
  if (descriptor < 0) return;
  const std::string line = run_name + '\n';
  // A reader that went away is no reason to stop measuring.
  [[maybe_unused]] const ssize_t written = write(descriptor, line.data(), line.size());
}

WindowMemory::Shape shape_of(const Cell& cell, const BlockOptions& options) {
  return {.door = find_entrant(cell.lock).door(cell.interface, find_workload(cell.workload)),
          .workload = find_workload(cell.workload),
          .threads = cell.threads,
          .lock_per_thread = cell.load == "none",
          .offset_pairs = static_cast<std::size_t>(options.block) * 5};
}

void report_window(benchmark::State& state, const WindowMetrics& metrics) {
  if (metrics.exclusion_violated) {
    state.SkipWithError("exclusion violated: two threads were inside at once");
    return;
  }
  state.SetIterationTime(metrics.ns_per_acquisition * 1e-9);
  for (const auto& [name, value] : metrics.counters) state.counters[name] = value;
}

// One Google Benchmark iteration: one window.
void run_cell(benchmark::State& state, const PlannedCell& planned, const BlockOptions& options,
              std::uint64_t seed) {
  const Cell& cell = planned.cell;
  const std::string run_name = cell.to_run_name();
  if (const auto why = options.given_up.find(run_name); why != options.given_up.end()) {
    state.SkipWithError(why->second.c_str());
    return;
  }
  say_progress(options.progress_fd, run_name);
  WindowRunner runner(shape_of(cell, options), planned.processors);
  for (auto _ : state) {
    const WindowMetrics metrics = runner.run(
        {.window_ms = options.window_ms,
         .think_ns = think_ns(cell.load, cell.threads, options.section_ns.at(cell.workload)),
         .seed = seed});
    report_window(state, metrics);
    if (metrics.exclusion_violated) return;
    state.counters["pinned"] = metrics.pinned ? 1 : 0;
  }
}

void register_window(const std::string& run_name,
                     const std::function<void(benchmark::State&)>& run) {
  benchmark::RegisterBenchmark(run_name.c_str(), run)
      ->Iterations(1)
      ->UseManualTime()
      ->Unit(benchmark::kNanosecond);
}

// Google Benchmark looks at the host's caches, and ends the program where it cannot open a file.
void require_spare_descriptors() {
  constexpr int kSpare = 4;
  std::array<Descriptor, kSpare> spare;
  for (Descriptor& descriptor : spare) {
    descriptor.reset(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (descriptor.is_open()) continue;
    throw UserError(
        fmt::format("cannot open further files: {}; allow more (ulimit -n)", std::strerror(errno)));
  }
}

void run_registered(RowReporter& reporter, int block, const std::string& path) {
  require_spare_descriptors();
  std::ostringstream out;
  std::ostringstream complaints;
  reporter.SetOutputStream(&out);
  reporter.SetErrorStream(&complaints);
  benchmark::RunSpecifiedBenchmarks(&reporter);
  write_output_file(path, seal_block(out.str(), {.block = block, .rows = reporter.rows()}),
                    Overwrite::kReplace);
}

void register_cells(const std::vector<PlannedCell>& cells, const BlockOptions& options) {
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    for (const std::size_t index :
         shuffled_order(cells.size(), options.seed, options.block, repetition)) {
      const PlannedCell& planned = cells[index];
      const std::uint64_t seed = options.seed + 1000 * static_cast<std::uint64_t>(repetition) +
                                 1'000'000 * static_cast<std::uint64_t>(options.block);
      register_window(planned.cell.to_run_name(),
                      [&planned, &options, seed](benchmark::State& state) {
                        run_cell(state, planned, options, seed);
                      });
    }
  }
}

}  // namespace

// Each flag has a variable of the environment, which must not change what a window is.
void initialize_benchmark(const std::string& command) {
  static std::vector<std::string> words;  // Google Benchmark keeps a pointer to the first.
  words = {"spinlab " + command,
           "--benchmark_filter=all",
           "--benchmark_list_tests=false",
           "--benchmark_repetitions=1",
           "--benchmark_enable_random_interleaving=false",
           "--benchmark_report_aggregates_only=false",
           "--benchmark_display_aggregates_only=false",
           "--benchmark_out=",
           "--benchmark_perf_counters="};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
}

std::vector<std::size_t> shuffled_order(std::size_t cells, std::uint64_t seed, int block,
                                        int repetition) {
  std::vector<std::size_t> order(cells);
  std::iota(order.begin(), order.end(), std::size_t{0});
  SplitMix random(seed * 1'000'003 + static_cast<std::uint64_t>(block) * 1'009 +
                  static_cast<std::uint64_t>(repetition));
  // Fisher and Yates.
  for (std::size_t left = cells; left > 1; --left)
    std::swap(order[left - 1], order[random() % left]);
  return order;
}

void run_block(const std::vector<PlannedCell>& cells, const BlockOptions& options) {
  // libc's mutex is cheaper in a process that never had a second thread.
  std::thread([] {}).join();
  register_cells(cells, options);
  RowReporter reporter(RowReporter::CpuTime::kMeasured);
  run_registered(reporter, options.block, options.out);
}

void report_block(const std::vector<FinishedWindow>& windows, int block, const std::string& out) {
  benchmark::ClearRegisteredBenchmarks();
  for (const FinishedWindow& window : windows) {
    register_window(window.run_name, [&window](benchmark::State& state) {
      for (auto _ : state) {
        if (window.error.empty()) {
          report_window(state, window.metrics);
        } else {
          state.SkipWithError(window.error.c_str());
        }
      }
    });
  }
  RowReporter reporter(RowReporter::CpuTime::kAsRealTime);
  run_registered(reporter, block, out);
}

}  // namespace spinlab
