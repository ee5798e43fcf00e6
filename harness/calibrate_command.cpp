// spinlab calibrate: what a lock's parts cost on this computer, before any lock is measured.
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/build_facts.hpp"
#include "harness/calibrate_topology.hpp"
#include "harness/calibration.hpp"
#include "harness/commands.hpp"
#include "harness/number_option.hpp"
#include "harness/output_file.hpp"
#include "harness/say.hpp"
#include "machines/native/fingerprint.hpp"

namespace spinlab {
namespace {

constexpr int kPairsWorthAReport = 100;

struct Options {
  bool quick = false;
  bool json = false;
  std::string out;
  std::string topology_out;
  Overwrite overwrite = Overwrite::kRefuse;
};

// One line that overwrites itself, for people only.
void report_progress(int pairs_done, int pairs) {
  if (pairs < kPairsWorthAReport || isatty(STDERR_FILENO) == 0) return;
  say_raw(fmt::format("\rline transfer: pair {} of {}{}", pairs_done, pairs,
                      pairs_done == pairs ? "\n" : ""));
}

// The name that find_topology() knows a shipped file by is its stem.
std::string name_for(const std::string& path) {
  const std::string stem = std::filesystem::path(path).stem().string();
  const bool is_name =
      !stem.empty() && stem.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == stem.npos;
  return is_name ? stem : machine_slug();
}

std::string measured_topology(const Topology& topology, const PingPongEffort& effort,
                              const std::string& path) {
  std::vector<std::string> warnings;
  const TopologyFile file =
      topology_from_costs(measure_machine_costs(topology, effort), name_for(path),
                          host_fingerprint(), simulable_description(topology), warnings);
  for (const std::string& warning : warnings) say(warning);
  return to_json_text(file);
}

void run(const Options& options) {
  require_measuring_build("calibrate");
  if (options.overwrite == Overwrite::kRefuse) {
    require_new(options.out);
    require_new(options.topology_out);
  }
  const Topology topology = Topology::host();
  PingPongEffort effort = options.quick ? PingPongEffort::quick() : PingPongEffort{};
  // First, so that nothing has been printed or written if it cannot be measured.
  const std::string measured =
      options.topology_out.empty() ? "" : measured_topology(topology, effort, options.topology_out);
  const Floors floors = measure_floors(topology.processors().front());
  effort.progress = report_progress;
  const Calibration calibration = measure_calibration(topology, floors, options.quick, effort);
  const std::string json = to_json_text(calibration);
  fmt::print("{}", options.json ? json : calibration_text(calibration, topology));
  if (!options.out.empty()) write_output_file(options.out, json, options.overwrite);
  if (!options.topology_out.empty()) {
    write_output_file(options.topology_out, measured, options.overwrite);
  }
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
  command
      ->add_option("--write-topology", options->topology_out,
                   "Write this computer as a machine that can be simulated, too")
      ->check(a_file_name())
      ->type_name("FILE.json");
  add_force_option(*command, options->overwrite);
  command->footer(
      "Example: a table here, and the numbers for later\n"
      "  spinlab calibrate --quick --out calibration.json");
  command->callback([options] { run(*options); });
}

}  // namespace spinlab
