// spinlab recommend: which lock this machine should use, from results files.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/advice_output.hpp"
#include "harness/commands.hpp"
#include "harness/number_option.hpp"
#include "harness/recommend.hpp"
#include "harness/results.hpp"
#include "harness/say.hpp"
#include "harness/user_error.hpp"
#include "interface/profile.hpp"

namespace spinlab {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::string objective{kObjectives[0]};
  bool json = false;
  std::string profile_path;
  Overwrite overwrite = Overwrite::kRefuse;
  std::vector<std::string> arguments;  // As given to the program.
  CLI::Option* write_profile = nullptr;
};

std::map<std::string, std::string> kinds_of(const Results& results) {
  std::map<std::string, std::string> kinds;
  for (const Contestant& contestant : results.contestants) {
    kinds[contestant.name] = contestant.kind;
  }
  return kinds;
}

// The best of locks that acquire nothing is no advice. Hand-overs and latencies may be 0.
void require_rates(const CellAdvice& advice) {
  const Measured& best = advice.choices.front().lock;
  if (advice.unit != kAcquisitionRate || best.value.median > 0) return;
  Cell cell = advice.conditions;
  cell.lock = best.name;
  throw UserError(fmt::format(
      "most windows of '{}' have a rate of 0, which advises nothing; measure again with "
      "a longer --window",
      cell.to_run_name()));
}

Advice advice_from(const Results& results, Objective objective) {
  Advice advice = recommend(results.rows, kinds_of(results), objective);
  if (advice.cells.empty()) {
    throw UserError(
        fmt::format("no good window of a lock says its {}; `contestants` in the context must list "
                    "the locks with kind '{}', and `benchmarks` their windows",
                    to_string(objective), kKindLock));
  }
  for (const CellAdvice& cell : advice.cells) require_rates(cell);
  return advice;
}

// With --write-profile's PATH being optional, `--write-profile results.json` is easily written.
void require_not_results(const std::string& path) {
  if (claims_to_be_results(path)) {
    throw UserError(
        fmt::format("'{}' holds results and would be overwritten; give the results "
                    "first, then --write-profile",
                    path));
  }
}

// What --write-profile writes, and where. Checked before anything is printed.
struct PlannedProfile {
  std::filesystem::path path;
  Profile profile;
};

PlannedProfile plan_profile(const std::string& given_path, Overwrite overwrite,
                            const Results& results, const Advice& advice) {
  if (results.machine != "native") {
    throw UserError(
        fmt::format("a profile is for the host that was measured, and these results "
                    "are of machine '{}' ({}); give results of machine 'native'",
                    results.machine, results.topology_name));
  }
  if (!results.fit_for_measuring) {
    throw UserError(
        "these results are of a build without optimisation or with sanitizers, which "
        "says nothing about this host; measure again with a release build");
  }
  if (results.fingerprint.empty()) {
    throw UserError(
        "the results' context has no fingerprint, so that no host would use the "
        "profile; measure again with `spinlab bench`");
  }
  if (advice.overall.empty()) {
    throw UserError(
        "no lock was measured under all conditions, so that there is none for the "
        "profile; measure all locks with the same options");
  }
  const std::filesystem::path path =
      given_path.empty() ? default_profile_path() : std::filesystem::path(given_path);
  if (path.empty()) {
    throw UserError(
        "no place for the profile: neither SPINLAB_PROFILE nor XDG_CONFIG_HOME nor "
        "HOME is set; say --write-profile PATH");
  }
  require_not_results(path.string());
  if (overwrite == Overwrite::kRefuse) require_new(path.string());
  return {.path = path,
          .profile = {.fingerprint = results.fingerprint,
                      .backend = advice.overall.front().lock,
                      .objective = std::string(to_string(advice.objective))}};
}

void write_planned(const PlannedProfile& planned, bool on_stderr) {
  if (const std::string why = write_profile(planned.path, planned.profile); !why.empty()) {
    throw UserError(why);
  }
  const std::string done = fmt::format("Wrote {}: backend {} for {}.", planned.path.string(),
                                       planned.profile.backend, planned.profile.fingerprint);
  if (on_stderr) return say(done);
  print_text(done + "\n");
}

// CLI11 takes an empty PATH for one that was left out. An unset variable of a shell must not write
// the profile that this host uses.
void require_no_empty_path(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool empty_follows = i + 1 < arguments.size() && arguments[i + 1].empty();
    if (arguments[i] == "--write-profile=" ||
        (arguments[i] == "--write-profile" && empty_follows)) {
      throw UserError(
          "--write-profile: '' is no name of a file; give one, or none for the default");
    }
  }
}

void run(const Options& options) {
  require_no_empty_path(options.arguments);
  const Objective objective = parse_objective(options.objective);
  if (options.paths.empty()) {
    throw UserError(
        "no results given; name files that `spinlab bench` wrote, before any "
        "--write-profile");
  }
  const Results results = read_pooled_results(options.paths);
  const Advice advice = advice_from(results, objective);
  const bool writes = options.write_profile->count() > 0;
  const PlannedProfile planned =
      writes ? plan_profile(options.profile_path, options.overwrite, results, advice)
             : PlannedProfile{};
  print_text(options.json ? advice_json(advice, results) : advice_text(advice, results));
  // Standard output is JSON only, if it is JSON.
  if (writes) write_planned(planned, options.json);
}

}  // namespace

void add_recommend_command(CLI::App& app, std::vector<std::string> arguments) {
  CLI::App* command =
      app.add_subcommand("recommend", "Say which lock to use, from what was measured");
  const auto options = std::make_shared<Options>();
  options->arguments = std::move(arguments);
  command->add_option("RESULTS", options->paths,
                      "Files that `spinlab bench` wrote on one host; several are pooled");
  command
      ->add_option("--objective", options->objective,
                   "throughput: acquisitions/s; handovers: hand-overs/s; p99: acquire latency that "
                   "99 % stay below")
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print a JSON object instead of text");
  options->write_profile =
      command
          ->add_option("--write-profile", options->profile_path,
                       "Make the overall advice this host's backend behind the Ke* interface "
                       "(default PATH: where that interface looks)")
          ->type_name("[PATH]")
          ->check(a_file_name())
          ->expected(0, 1);
  add_force_option(*command, options->overwrite);
  command->footer(
      "Example: the lock whose slow acquisitions are fastest, used from now on\n"
      "  spinlab recommend results/here.json --objective p99 --write-profile");
  command->callback([options] { run(*options); });
}

}  // namespace spinlab
