// spinlab compare: is one lock as fast as another? Paired within the blocks of one run.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "harness/commands.hpp"
#include "harness/exit_status.hpp"
#include "harness/machine_label.hpp"
#include "harness/number_option.hpp"
#include "harness/results.hpp"
#include "harness/say.hpp"
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

double median_rate(const std::vector<BlockValue>& rates) {
  std::vector<double> values;
  for (const BlockValue& rate : rates) values.push_back(rate.value);
  return median(values);
}

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
  if (median_rate(measured.rates) <= 0) {
    throw UserError(
        fmt::format("most windows of '{}' have a rate of 0, which compares with nothing; "
                    "measure again with a longer --window",
                    lock));
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

// Before anything else: a slip in a name must not look like a lock that was not measured here.
void require_in_results(const Results& results, const std::string& lock) {
  std::set<std::string> known;
  for (const Row& row : results.rows) known.insert(row.cell.lock);
  if (known.contains(lock)) return;
  throw UserError(
      fmt::format("unknown lock '{}'; these results have: {}", lock, fmt::join(known, ", ")));
}

std::vector<Pair> checked_pairs(const Results& results, const std::vector<std::string>& texts) {
  std::vector<Pair> pairs;
  for (const std::string& text : texts) pairs.push_back(parse_pair(text));
  for (const Pair& pair : pairs) {
    require_in_results(results, pair.lock);
    require_in_results(results, pair.rival);
  }
  return pairs;
}

struct Comparison {
  std::string line;
  bool holds = false;
};

Comparison compare(const Results& results, const Pair& pair, const Options& options) {
  const auto of = [&](const std::string& lock) {
    return measured_of(results, lock, options, interface_of(results, lock, options));
  };
  const Measured lock = of(pair.lock);
  const Measured rival = of(pair.rival);
  const std::vector<double> ratios = paired_ratios(lock.rates, rival.rates);
  if (ratios.empty()) {
    throw UserError(
        fmt::format("'{}' and '{}' were not measured in one run, whose blocks could be "
                    "paired; spinlab bench --locks {},{} does that",
                    pair.lock, pair.rival, pair.lock, pair.rival));
  }
  const Verdict verdict =
      verdict_of_pair(ratios, {.value = options.at_least, .side = RatioBound::Side::kAtLeast});
  const Estimate estimate = estimate_median(ratios);
  return {.line = fmt::format("{:<16} {:<16} {:6.3f}  [{:.3f}, {:.3f}]  {:.2f} {:.2f}  {}\n",
                              pair.lock, pair.rival, estimate.median, estimate.interval.low,
                              estimate.interval.high, median(lock.handovers),
                              median(rival.handovers), to_string(verdict)),
          .holds = verdict == Verdict::kHolds};
}

// False: some pair does not hold. Prints all, or nothing if any pair cannot be compared.
bool print_table(const Results& results, const Options& options) {
  std::string lines;
  bool all_hold = true;
  for (const Pair& pair : checked_pairs(results, options.pairs)) {
    const Comparison comparison = compare(results, pair, options);
    lines += comparison.line;
    all_hold = all_hold && comparison.holds;
  }
  const std::string table = fmt::format(
      "Acquisitions/s of the first over those of the second, paired within blocks; at least {}\n"
      "{}, {} thread(s), load {}, interface {}; [95 % interval of the median], and both's "
      "hand-overs per acquisition\n\n{}",
      options.at_least, options.workload, options.threads, options.load, options.interface, lines);
  print_text(machine_lines(results, table));
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
  command->add_option("--threads", options->threads)
      ->check(number_from(1, std::numeric_limits<int>::max()))
      ->capture_default_str();
  command->add_option("--at-least", options->at_least, "The ratio that is claimed")
      ->check(number_from(0.001, 1000.0))
      ->capture_default_str();
  command->footer(
      "Exit status 1 if a pair does not hold, or cannot be told.\n"
      "Example: is our MCS as fast as Concurrency Kit's?\n"
      "  spinlab compare results.json --pair mcs:ck_mcs --threads 2");
  command->callback([options] {
    if (!print_table(read_pooled_results(options->results), *options)) {
      throw ExitStatus{kExitFoundWanting};
    }
  });
}

}  // namespace spinlab
