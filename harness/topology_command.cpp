// spinlab topology: what hwloc sees here, or in a description, and where threads would go.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "harness/commands.hpp"
#include "harness/number_option.hpp"
#include "harness/topology_report.hpp"
#include "machines/native/fingerprint.hpp"

namespace spinlab {
namespace {

// Far beyond any host; each would have its place in a list.
constexpr int kMostThreads = 1'000'000;

struct Options {
  bool json = false;
  std::string synthetic;
  std::string xml;
  int threads = 0;
  bool oversubscribe = false;
  bool slug = false;
  CLI::Option* synthetic_given = nullptr;
  CLI::Option* xml_given = nullptr;
  CLI::Option* threads_given = nullptr;
};

Topology chosen_topology(const Options& options) {
  if (*options.synthetic_given) return Topology::from_synthetic(options.synthetic);
  if (*options.xml_given) return Topology::from_xml(options.xml);
  return Topology::host();
}

void run(const Options& options) {
  if (options.slug) return fmt::print("{}\n", machine_slug());
  const Topology topology = chosen_topology(options);
  const std::vector<int> counts =
      *options.threads_given ? std::vector{options.threads} : usual_thread_counts(topology);
  const auto oversubscribe = options.oversubscribe ? Oversubscribe::kYes : Oversubscribe::kNo;
  const auto describe = options.json ? topology_json_text : topology_text;
  fmt::print("{}", describe(topology, counts, oversubscribe));
}

}  // namespace

void add_topology_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("topology", "Show the processors, and which of them each placement takes");
  const auto options = std::make_shared<Options>();
  command->add_flag("--json", options->json, "Print a JSON object instead of tables");
  options->synthetic_given = command->add_option(
      "--synthetic", options->synthetic, "Another machine, by hwloc's synthetic description");
  options->xml_given =
      command->add_option("--xml", options->xml, "Another machine, by a file of lstopo")
          ->excludes(options->synthetic_given);
  options->threads_given =
      command
          ->add_option("--threads", options->threads,
                       "Only this number of threads (default: 1, 2, 4, ... all)")
          ->check(number_from(1, kMostThreads));
  command->add_flag("--oversubscribe", options->oversubscribe,
                    "Allow more threads than processors");
  command->add_flag("--slug", options->slug,
                    "Print only this computer's short name, as in results/<name>/");
  command->footer(
      "Example: a machine of two packages, as it would be used by 16 threads\n"
      "  spinlab topology --synthetic 'package:2 l3:8 core:8 pu:2' --threads 16");
  command->callback([options] { run(*options); });
}

}  // namespace spinlab
