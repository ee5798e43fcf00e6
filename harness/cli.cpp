#include "harness/cli.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include "harness/commands.hpp"
#include "harness/commit.hpp"
#include "harness/exit_status.hpp"
#include "harness/last_resort.hpp"
#include "harness/say.hpp"

namespace spinlab {
namespace {

int complain(std::string_view message) {
  say(message);
  return kExitBadInput;
}

void add_commands(CLI::App& app, const std::vector<std::string>& arguments) {
  app.require_subcommand(1);
  // A flag is there or not: CLI11 would take --json=-1 for its absence.
  app.option_defaults()->disable_flag_override();
  app.set_version_flag("--version", "spinlab " SPINLAB_VERSION " (" + std::string(kCommit) + ")");
  add_list_command(app);
  add_topology_command(app);
  add_calibrate_command(app);
  add_bench_command(app, arguments);
  add_simulate_command(app);
  add_recommend_command(app, arguments);
  add_compare_command(app);
  add_check_command(app);
  add_plot_command(app);
  app.footer(
      "Example: which lock wins here?\n"
      "  spinlab bench --out results.json && spinlab recommend results.json");
}

// CLI11 says only that a command is missing.
std::string command_missing(const CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands({})) known.push_back(command->get_name());
  if (arguments.empty()) return fmt::format("no command; known: {}", fmt::join(known, ", "));
  return fmt::format("unknown command '{}'; known: {}", arguments.front(), fmt::join(known, ", "));
}

int run_command(int argc, char** argv) {
  CLI::App app("Which spin lock should this machine use, and why?", "spinlab");
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  add_commands(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help and --version.
    return app.exit(success);
  } catch (const CLI::RequiredError& error) {
    const bool has_command = !app.get_subcommands().empty();
    return complain(has_command ? error.what() : command_missing(app, arguments));
  } catch (const CLI::ParseError& error) {
    return complain(std::string(error.what()) + "; see spinlab --help");
  } catch (const ExitStatus& status) {
    return status.value;
  }
  return 0;
}

}  // namespace

int run_cli(int argc, char** argv) {
  prepare_last_resort();
  int status = 0;
  try {
    status = run_command(argc, argv);
  } catch (...) {
    // fmt throws if more is printed than stdout takes, and that is said below.
    status = std::ferror(stdout) == 0 ? complain(current_exception_text()) : 0;
  }
  // What fits into the buffer fails only when it is flushed.
  const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (is_written || status == kExitBadInput) return status;
  return complain("cannot write to the standard output: its disk is full, or it is closed");
}

}  // namespace spinlab
