#include "harness/run_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/number_option.hpp"
#include "harness/parse_number.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

// The value of --benchmark_<name>=<value>; those that mean something of ours are ours.
std::optional<std::string> take_flag(std::vector<std::string>& flags, std::string_view name) {
  const std::string start = fmt::format("--benchmark_{}=", name);
  std::optional<std::string> value;
  std::erase_if(flags, [&](const std::string& flag) {
    if (!flag.starts_with(start)) return false;
    value = flag.substr(start.size());
    return true;
  });
  return value;
}

int repetitions_of_flag(std::string text) {
  const std::string wrong = number_from(1, kMostRepetitions)(text);
  if (!wrong.empty()) throw UserError("--benchmark_repetitions: " + wrong);
  return *parse_number<int>(text);
}

}  // namespace

BenchmarkFlags take_benchmark_flags(std::vector<std::string> extras, std::string_view command) {
  for (const std::string& flag : extras) {
    if (!flag.starts_with("--benchmark_")) {
      throw UserError(fmt::format("unknown option '{}'; see spinlab {} --help", flag, command));
    }
  }
  BenchmarkFlags flags;
  flags.filter = take_flag(extras, "filter");
  flags.out = take_flag(extras, "out");
  if (const auto repetitions = take_flag(extras, "repetitions"))
    flags.repetitions = repetitions_of_flag(*repetitions);
  std::erase(extras, "--benchmark_list_tests=false");
  flags.list_only = std::erase(extras, "--benchmark_list_tests=true") +
                        std::erase(extras, "--benchmark_list_tests") !=
                    0;
  if (extras.empty()) return flags;
  throw UserError(fmt::format(
      "'{}' does nothing here; of Google Benchmark's flags, {} has --benchmark_filter=REGEX, "
      "--benchmark_list_tests, --benchmark_out=FILE and --benchmark_repetitions=N",
      extras.front(), command));
}

void add_sweep_options(CLI::App& command, SweepOptions& sweep, const SweepHelp& help) {
  const auto list = [&command](const char* name, std::vector<std::string>& names,
                               const std::string& text) {
    command.add_option(name, names, text)->delimiter(',');
  };
  list("--locks", sweep.locks, "Names of spinlab list; default: all");
  list("--threads", sweep.threads, "Numbers, or auto (1, 2, 4, ... all processors)");
  list("--workload", sweep.workloads, help.workload);
  list("--load", sweep.loads, "Contention levels: none, 10, 50, 90, saturated");
  list("--placement", sweep.placements, help.placement);
  list("--interface", sweep.interfaces, help.interface);
  command.add_flag("--oversubscribe", sweep.oversubscribe, "Allow more threads than processors");
}

void add_existing_options(CLI::App& command, Existing& existing) {
  command.add_flag("--resume", existing.resume,
                   "Go on with an interrupted run of the same options");
  add_force_option(command, existing.overwrite);
}

}  // namespace spinlab
