// spinlab topology: what hwloc sees here, or in a description, and where threads would go; and the
// machines that can be simulated.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "harness/commands.hpp"
#include "harness/number_option.hpp"
#include "harness/say.hpp"
#include "harness/topology_draw.hpp"
#include "harness/topology_file_report.hpp"
#include "harness/topology_report.hpp"
#include "machines/native/fingerprint.hpp"

namespace spinlab {
namespace {

// Far beyond any host; each would have its place in a list.
constexpr int kMostThreads = 1'000'000;

struct Options {
  bool json = false;
  std::string machine;
  std::string synthetic;
  std::string xml;
  int threads = 0;
  bool oversubscribe = false;
  bool slug = false;
  bool list = false;
  std::string draw;
  Overwrite overwrite = Overwrite::kRefuse;
  CLI::Option* machine_given = nullptr;
  CLI::Option* synthetic_given = nullptr;
  CLI::Option* xml_given = nullptr;
  CLI::Option* threads_given = nullptr;
};

std::vector<int> chosen_counts(const Options& options, const Topology& topology) {
  return *options.threads_given ? std::vector{options.threads} : usual_thread_counts(topology);
}

Topology chosen_topology(const Options& options) {
  if (*options.synthetic_given) return Topology::from_synthetic(options.synthetic);
  if (*options.xml_given) return Topology::from_xml(options.xml);
  return Topology::host();
}

void list(const Options& options) {
  const auto describe = options.json ? topologies_json_text : topologies_text;
  fmt::print("{}", describe(shipped_topologies()));
}

// The picture, where one is asked for, comes first: if it fails, nothing has been said.
void draw(const Options& options, const DrawnMachine& machine) {
  if (!options.draw.empty()) draw_topology(machine, options.draw, options.overwrite);
}

void run(const Options& options) {
  if (options.slug) return fmt::print("{}\n", machine_slug());
  if (options.list) return list(options);
  const auto oversubscribe = options.oversubscribe ? Oversubscribe::kYes : Oversubscribe::kNo;
  if (*options.machine_given) {
    const TopologyFile file = find_topology(options.machine);
    const std::string xml =
        file.xml.empty() ? "" : (std::filesystem::path(file.folder) / file.xml).string();
    const auto describe = options.json ? topology_file_json_text : topology_file_text;
    const std::string text = describe(file, chosen_counts(options, file.topology()), oversubscribe);
    draw(options, {.synthetic = file.synthetic, .xml = xml});
    return print_text(text);
  }
  const Topology topology = chosen_topology(options);
  const auto describe = options.json ? topology_json_text : topology_text;
  const std::string text = describe(topology, chosen_counts(options, topology), oversubscribe);
  draw(options, {.synthetic = options.synthetic, .xml = options.xml});
  print_text(text);
}

CLI::Validator an_svg_file() {
  return {[](const std::string& text) -> std::string {
            return text.ends_with(".svg") ? "" : "'" + text + "' is no FILE.svg";
          },
          "", ""};
}

void add_machines(CLI::App& command, Options& options) {
  options.machine_given = command.add_option(
      "machine", options.machine, "A machine that can be simulated: a name of --list or FILE.json");
  options.synthetic_given = command.add_option("--synthetic", options.synthetic,
                                               "Another machine, by hwloc's synthetic description");
  options.xml_given =
      command.add_option("--xml", options.xml, "Another machine, by a file of lstopo");
  options.xml_given->excludes(options.synthetic_given);
  options.machine_given->excludes(options.synthetic_given)->excludes(options.xml_given);
}

}  // namespace

void add_topology_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("topology", "Show the processors, and which of them each placement takes");
  const auto options = std::make_shared<Options>();
  command->add_flag("--json", options->json, "Print JSON instead of tables");
  add_machines(*command, *options);
  options->threads_given =
      command
          ->add_option("--threads", options->threads,
                       "Only this number of threads (default: 1, 2, 4, ... all)")
          ->check(number_from(1, kMostThreads));
  command->add_flag("--oversubscribe", options->oversubscribe,
                    "Allow more threads than processors");
  CLI::Option* const draw =
      command->add_option("--draw", options->draw, "Draw the machine, too, with hwloc's lstopo")
          ->check(an_svg_file())
          ->type_name("FILE.svg");
  add_force_option(*command, options->overwrite);
  command->add_flag("--list", options->list, "Show the machines that can be simulated")
      ->excludes(options->machine_given)
      ->excludes(options->synthetic_given)
      ->excludes(options->xml_given)
      ->excludes(options->threads_given)
      ->excludes(draw);
  command->add_flag("--slug", options->slug,
                    "Print only this computer's short name, as in results/<name>/");
  command->footer(
      "Example: a machine of two packages, as it would be used by 16 threads\n"
      "  spinlab topology --synthetic 'package:2 l3:8 core:8 pu:2' --threads 16\n"
      "Example: a machine that can be simulated, with its costs and their sources\n"
      "  spinlab topology epyc-7742-2x64");
  command->callback([options] { run(*options); });
}

}  // namespace spinlab
