// spinlab compare: is one lock as fast as another? Paired within the blocks of one run.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/commands.hpp"
#include "harness/exit_status.hpp"
#include "harness/results.hpp"
#include "harness/statistics.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

struct Options {
  std::vector<std::string> results;
  std::vector<std::string> pairs;
  std::string workload = "shared_line";
  std::string load = "saturated";
  std::string interface = "direct";
  int threads = 1;
  double at_least = 0.95;
};

struct Pair {
  std::string lock;
  std::string rival;
};

Pair parse_pair(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
    throw UserError(fmt::format("'{}' is no pair; write lock:rival, as mcs:ck_mcs", text));
  }
  return {text.substr(0, colon), text.substr(colon + 1)};
}

// What a lock did in the cell that was asked for.
struct Measured {
  std::vector<BlockValue> rates;  // Acquisitions/s.
  std::vector<double> handovers;  // Per acquisition.
};

Measured measured_of(const Results& results, const std::string& lock, const Options& options,
                     const std::string& interface) {
  Measured measured;
  for (const Row& row : results.rows) {
    const Cell& cell = row.cell;
    if (row.failed || cell.lock != lock || cell.workload != options.workload ||
        cell.load != options.load || cell.threads != options.threads ||
        cell.interface != interface || cell.placement != results.rows.front().cell.placement) {
      continue;
    }
    if (const auto rate = row.counter(counters::kAcquisitionsPerSecond)) {
      measured.rates.push_back({row.block, *rate});
      measured.handovers.push_back(row.counter(counters::kHandoversPerAcquisition).value_or(0));
    }
  }
  if (measured.rates.empty()) {
    throw UserError(
        fmt::format("no windows of '{}' with {} thread(s), {}, load {}, interface {}; "
                    "spinlab bench measures them",
                    lock, options.threads, options.workload, options.load, interface));
  }
  return measured;
}

// Peers and floors have the direct interface only: a lock behind a door is compared with them
// as they are.
std::string interface_of(const Results& results, const std::string& lock, const Options& options) {
  const auto facts = std::ranges::find(results.contestants, lock, &Contestant::name);
  const bool has_doors = facts == results.contestants.end() || facts->kind == kKindLock;
  return has_doors ? options.interface : "direct";
}

// False: some pair does not hold.
bool print_table(const Results& results, const Options& options) {
  fmt::print(
      "Acquisitions/s of the first over those of the second, paired within blocks; at least {}\n"
      "{}, {} thread(s), load {}, interface {}; [95 % interval of the median], and both\'s "
      "hand-overs per acquisition\n\n",
      options.at_least, options.workload, options.threads, options.load, options.interface);
  bool all_hold = true;
  for (const std::string& text : options.pairs) {
    const Pair pair = parse_pair(text);
    const auto of = [&](const std::string& lock) {
      return measured_of(results, lock, options, interface_of(results, lock, options));
    };
    const Measured lock = of(pair.lock);
    const Measured rival = of(pair.rival);
    const std::vector<double> ratios = paired_ratios(lock.rates, rival.rates);
    const Verdict verdict =
        verdict_of_pair(ratios, {.value = options.at_least, .side = RatioBound::Side::kAtLeast});
    const Estimate estimate = estimate_median(ratios);
    all_hold = all_hold && verdict == Verdict::kHolds;
    fmt::print("{:<16} {:<16} {:6.3f}  [{:.3f}, {:.3f}]  {:.2f} {:.2f}  {}\n", pair.lock,
               pair.rival, estimate.median, estimate.interval.low, estimate.interval.high,
               median(lock.handovers), median(rival.handovers), to_string(verdict));
  }
  return all_hold;
}

}  // namespace

void add_compare_command(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("compare", "Compare pairs of locks within a run");
  const auto options = std::make_shared<Options>();
  command->add_option("results", options->results, "Results files")->required();
  command->add_option("--pair", options->pairs, "lock:rival, several separated by commas")
      ->delimiter(',')
      ->required();
  command->add_option("--workload", options->workload)->capture_default_str();
  command->add_option("--load", options->load)->capture_default_str();
  command->add_option("--interface", options->interface, "Of locks; peers have direct only")
      ->capture_default_str();
  command->add_option("--threads", options->threads)->capture_default_str();
  command->add_option("--at-least", options->at_least, "The ratio that is claimed")
      ->capture_default_str();
  command->footer(
      "Exit status 1 if a pair does not hold, or cannot be told.\n"
      "Example: is our MCS as fast as Concurrency Kit's?\n"
      "  spinlab compare results.json --pair mcs:ck_mcs --threads 2");
  command->callback([options] {
    if (!std::isfinite(options->at_least) || options->at_least <= 0) {
      throw UserError("--at-least must be a number above 0");
    }
    if (!print_table(read_pooled_results(options->results), *options)) {
      throw ExitStatus{kExitFoundWanting};
    }
  });
}

}  // namespace spinlab
