// spinlab plot: hands results files to scripts/plot.
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/commands.hpp"
#include "harness/number_option.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> results;
  std::string out = "plots";
  std::vector<std::string> only;
  std::string against;
  Overwrite overwrite = Overwrite::kRefuse;
};

// $SPINLAB_SCRIPTS, else where they were when this was built, else where they were installed.
fs::path plot_script() {
  if (const char* const folder = std::getenv("SPINLAB_SCRIPTS")) return fs::path(folder) / "plot";
  for (const char* const folder : {SPINLAB_SOURCE_SCRIPTS, SPINLAB_INSTALLED_SCRIPTS}) {
    if (fs::exists(fs::path(folder) / "plot")) return fs::path(folder) / "plot";
  }
  throw UserError("scripts/plot is not where it was; set SPINLAB_SCRIPTS to its folder");
}

// Becomes the script: its messages and status are ours.
void run(const Options& options) {
  const fs::path script = plot_script();
  std::vector<std::string> words{script.string()};
  words.insert(words.end(), options.results.begin(), options.results.end());
  words.insert(words.end(), {"--out", options.out});
  for (const std::string& name : options.only) words.insert(words.end(), {"--only", name});
  if (options.overwrite == Overwrite::kReplace) words.emplace_back("--force");
  if (!options.against.empty()) words.insert(words.end(), {"--against", options.against});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execv(script.c_str(), arguments.data());
  throw UserError(fmt::format("cannot run '{}'; is it executable?", script.string()));
}

}  // namespace

void add_plot_command(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("plot", "Draw the figures of results files");
  const auto options = std::make_shared<Options>();
  command->add_option("results", options->results, "Results files")->required();
  command->add_option("--out", options->out, "Folder for the figures")
      ->check(a_file_name())
      ->capture_default_str();
  add_force_option(*command, options->overwrite);
  command->add_option("--only", options->only, "Only these figures; scripts/plot --list has them")
      ->delimiter(',');
  command
      ->add_option("--against", options->against,
                   "A simulated run, to compare these native results with")
      ->check(a_file_name());
  command->footer(
      "Example: all figures of a run\n"
      "  spinlab plot results.json --out plots\n"
      "Example: is the simulated machine right?\n"
      "  spinlab plot results.json --against simulated.json --out plots");
  command->callback([options] { run(*options); });
}

}  // namespace spinlab
