#include "harness/cli.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <system_error>

#include "harness/commands.hpp"
#include "harness/commit.hpp"
#include "harness/exit_status.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

constexpr int kBadInput = 2;

// CLI11's messages may have several lines; ours have one.
int complain(std::string message) {
  std::ranges::replace(message, '\n', ' ');
  fmt::print(stderr, "spinlab: {}\n", message);
  return kBadInput;
}

void add_commands(CLI::App& app, const std::vector<std::string>& arguments) {
  app.require_subcommand(1);
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
  } catch (const UserError& error) {
    return complain(error.what());
  }
  return 0;
}

}  // namespace

int run_cli(int argc, char** argv) {
  int status = 0;
  try {
    status = run_command(argc, argv);
  } catch (const std::system_error&) {  // From fmt, if more is printed than a buffer holds.
    if (std::ferror(stdout) == 0) throw;
  }
  // What fits into the buffer fails only when it is flushed.
  const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (is_written || status == kBadInput) return status;
  return complain("cannot write to the standard output: its disk is full, or it is closed");
}

}  // namespace spinlab
