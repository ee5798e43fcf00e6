// spinlab calibrate: what a lock's parts cost on this computer, before any lock is measured.
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "harness/build_facts.hpp"
#include "harness/calibration.hpp"
#include "harness/commands.hpp"
#include "harness/number_option.hpp"
#include "harness/output_file.hpp"

namespace spinlab {
namespace {

constexpr int kPairsWorthAReport = 100;

struct Options {
  bool quick = false;
  bool json = false;
  std::string out;
};

// One line that overwrites itself, for people only.
void report_progress(int pairs_done, int pairs) {
  if (pairs < kPairsWorthAReport || isatty(STDERR_FILENO) == 0) return;
  fmt::print(stderr, "\rline transfer: pair {} of {}{}", pairs_done, pairs,
             pairs_done == pairs ? "\n" : "");
  std::fflush(stderr);
}

void run(const Options& options) {
  require_measuring_build("calibrate");
  const Topology topology = Topology::host();
  const Floors floors = measure_floors(topology.processors().front());
  PingPongEffort effort = options.quick ? PingPongEffort::quick() : PingPongEffort{};
  effort.progress = report_progress;
  const Calibration calibration = measure_calibration(topology, floors, options.quick, effort);
  const std::string json = to_json_text(calibration);
  fmt::print("{}", options.json ? json : calibration_text(calibration, topology));
  if (!options.out.empty()) write_output_file(options.out, json);
}

}  // namespace

void add_calibrate_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("calibrate", "Measure this computer's floors, clocks and line transfers");
  const auto options = std::make_shared<Options>();
  command->add_flag("--quick", options->quick,
                    "Fewer trials; of more than 64 processors, a sample of pairs");
  command->add_flag("--json", options->json, "Print a JSON object instead of a table");
  command->add_option("--out", options->out, "Write the JSON object to this file, too")
      ->check(a_file_name());
  command->footer(
      "Example: a table here, and the numbers for later\n"
      "  spinlab calibrate --quick --out calibration.json");
  command->callback([options] { run(*options); });
}

}  // namespace spinlab
