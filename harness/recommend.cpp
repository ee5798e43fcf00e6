// How ties are found, and why so.
//
// The lock with the best median is only the best of this run: locks drift against each other from
// process to process (by the address they get) and from minute to minute. What two runs can agree
// on is a set: the best, and the locks that cannot be told from it. So each lock is compared with
// the best in pairs, inside the blocks, where most drift hits both and cancels. It ties if the
// 95 % interval of the median ratio reaches 1 - kEquivalentShare.
//
// kEquivalentShare: 5 % is how far one lock moves from process to process on a quiet host, so a
// smaller lead is not one to build on. It was chosen by simulating pairs of runs (ten locks, ten
// blocks of three windows, 5 % spread between processes and 5 % between windows). As long as no
// lock drifts by itself between the runs, their sets overlap in at least 99 % of pairs with any
// margin from 0 to 5 %. With a drift of 3 % they overlap in 98, 99 and 99 % or more without a
// margin, with 2 % and with 5 %; with a drift of 8 % in 71, 78 and 90 %. Locks that differ by 30 %
// are never taken for equal. With one or two blocks the drift between processes is hardly seen: at
// a drift of up to 3 %, 95 % of pairs overlap with 5 %, and 77 % without a margin.
//
// A choice names at most half of the locks of a cell, the nearest ones: a longer list advises
// nothing. It costs the agreement of two runs little: even if all n locks were equal, two sets of
// n/2 drawn at random would be disjoint in 1 of 252 cases for n = 10. What is left out is counted,
// not hidden.
#include "harness/recommend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "harness/user_error.hpp"
#include "harness/workload.hpp"

namespace spinlab {
namespace {

struct Window {
  int block = 0;
  int repetition = 0;
  double value = 0;  // In the objective's unit.
  std::optional<double> handovers;
};

// The good windows of one contestant under one set of conditions.
struct Sample {
  std::string kind;
  std::vector<Window> windows;
};

using Samples = std::map<std::string, Sample>;  // By the contestant's name.

bool is_shared(const Cell& cell) { return cell.threads > 1 && cell.load != "none"; }

bool lower_is_better(Objective objective) { return objective == Objective::kP99; }

std::optional<double> value_of(const Row& row, Objective objective) {
  if (objective == Objective::kP99) return row.counter(counters::kAcquireP99Ns);
  const auto rate = row.counter(counters::kAcquisitionsPerSecond);
  if (objective == Objective::kThroughput || !is_shared(row.cell) || !rate) return rate;
  const auto handovers = row.counter(counters::kHandoversPerAcquisition);
  if (!handovers) return std::nullopt;
  return *rate * *handovers;
}

std::string unit_of(Objective objective, const Cell& conditions) {
  if (objective == Objective::kP99) return "ns";
  const bool handovers = objective == Objective::kHandovers && is_shared(conditions);
  return std::string(handovers ? "hand-overs/s" : kAcquisitionRate);
}

// Cells with a failed window, and contestants that let two threads in at once anywhere.
struct Unfit {
  std::set<Cell> cells;
  std::set<std::string> names;

  bool has(const Cell& cell) const { return cells.contains(cell) || names.contains(cell.lock); }
};

Unfit find_unfit(std::span<const Row> rows) {
  Unfit unfit;
  for (const Row& row : rows) {
    if (!row.failed) continue;
    unfit.cells.insert(row.cell);
    if (row.error.starts_with(kExclusionViolated)) unfit.names.insert(row.cell.lock);
  }
  return unfit;
}

std::map<Cell, Samples> samples_by_conditions(std::span<const Row> rows,
                                              const std::map<std::string, std::string>& kinds,
                                              Objective objective) {
  const Unfit unfit = find_unfit(rows);
  std::map<Cell, Samples> result;
  for (const Row& row : rows) {
    const auto kind = kinds.find(row.cell.lock);
    const auto value = value_of(row, objective);
    if (kind == kinds.end() || !value || unfit.has(row.cell)) continue;
    Cell conditions = row.cell;
    conditions.lock.clear();
    Sample& sample = result[conditions][row.cell.lock];
    sample.kind = kind->second;
    sample.windows.push_back({.block = row.block,
                              .repetition = row.repetition,
                              .value = *value,
                              .handovers = row.counter(counters::kHandoversPerAcquisition)});
  }
  return result;
}

std::vector<BlockValue> values_by_block(const Sample& sample) {
  std::vector<BlockValue> values;
  for (const Window& window : sample.windows) values.push_back({window.block, window.value});
  return values;
}

// Blocks are the independent units: windows of one block share its process and its minute. Windows
// count singly only if there is nothing else.
Estimate estimate_over_blocks(std::span<const BlockValue> values) {
  const std::vector<BlockValue> blocks = medians_of_blocks(values);
  std::vector<double> numbers;
  for (const BlockValue& entry :
       blocks.size() >= 2 ? std::span<const BlockValue>(blocks) : values) {
    numbers.push_back(entry.value);
  }
  return estimate_median(numbers);
}

Measured measure(const std::string& name, const Sample& sample, bool shared) {
  Measured result{.name = name,
                  .kind = sample.kind,
                  .value = estimate_over_blocks(values_by_block(sample)),
                  .handovers = std::nullopt};
  std::vector<BlockValue> handovers;
  for (const Window& window : sample.windows) {
    if (window.handovers) handovers.push_back({window.block, *window.handovers});
  }
  if (shared && !handovers.empty()) result.handovers = estimate_over_blocks(handovers).median;
  result.capture = result.handovers && *result.handovers < kCaptureHandovers;
  return result;
}

// Both samples' windows of the same block and repetition, each such pair as a block of its own.
std::pair<std::vector<BlockValue>, std::vector<BlockValue>> windows_in_pairs(const Sample& first,
                                                                             const Sample& second) {
  std::map<std::pair<int, int>, double> values;
  for (const Window& window : first.windows) {
    values[{window.block, window.repetition}] = window.value;
  }
  std::pair<std::vector<BlockValue>, std::vector<BlockValue>> pairs;
  for (const Window& window : second.windows) {
    const auto partner = values.find({window.block, window.repetition});
    if (partner == values.end()) continue;
    const auto index = static_cast<int>(pairs.first.size());
    pairs.first.push_back({index, partner->second});
    pairs.second.push_back({index, window.value});
  }
  return pairs;
}

// How good a lock is relative to the best one: below 1 is worse, for every objective.
std::optional<Estimate> estimate_relative(const Sample& lock, const Sample& best,
                                          Objective objective) {
  const bool inverse = lower_is_better(objective);
  const Sample& top = inverse ? best : lock;
  const Sample& bottom = inverse ? lock : best;
  const std::vector<double> blocks = paired_ratios(values_by_block(top), values_by_block(bottom));
  if (blocks.empty()) return std::nullopt;
  Estimate result = estimate_median(blocks);
  if (result.interval.reaches_95) return result;
  // Too few blocks for an interval. Windows give one, but too narrow a one, since they don't vary
  // as processes do: the blocks' extremes widen it.
  const auto [tops, bottoms] = windows_in_pairs(top, bottom);
  const std::vector<double> windows = paired_ratios(tops, bottoms);
  if (!windows.empty()) result.interval = hull(result.interval, interval_of_median(windows));
  return result;
}

void sort_best_first(std::vector<Measured>& entries, Objective objective) {
  std::ranges::stable_sort(entries, [&](const Measured& left, const Measured& right) {
    return lower_is_better(objective) ? left.value.median < right.value.median
                                      : left.value.median > right.value.median;
  });
}

// `rivals`: the locks that may tie with `best`.
Choice choose(const Measured& best, std::span<const Measured> rivals, const Samples& samples,
              std::size_t most_named, Objective objective) {
  std::vector<std::pair<double, std::string>> ties;
  for (const Measured& rival : rivals) {
    if (rival.name == best.name || rival.capture != best.capture) continue;
    const auto relative =
        estimate_relative(samples.at(rival.name), samples.at(best.name), objective);
    if (!relative || relative->interval.high < 1 - kEquivalentShare) continue;
    ties.emplace_back(-relative->median, rival.name);
  }
  std::ranges::sort(ties);
  Choice choice{.lock = best, .ties = {}};
  for (const auto& [nearness, name] : ties) {
    if (choice.ties.size() + 1 < most_named) {
      choice.ties.push_back(name);
    } else {
      ++choice.more_ties;
    }
  }
  return choice;
}

double regret_of(double value, double best, Objective objective) {
  const double numerator = lower_is_better(objective) ? best : value;
  const double denominator = lower_is_better(objective) ? value : best;
  return denominator > 0 ? 1 - numerator / denominator : 0;
}

// Locks must not be empty.
void add_choices(CellAdvice& advice, const Samples& samples, Objective objective) {
  const std::size_t most_named = advice.locks.size() / 2;
  const auto plain = std::ranges::find(advice.locks, false, &Measured::capture);
  const bool has_plain = plain != advice.locks.end();
  const double best = (has_plain ? *plain : advice.locks.front()).value.median;
  for (Measured& lock : advice.locks) lock.regret = regret_of(lock.value.median, best, objective);
  if (has_plain) {
    advice.choices.push_back(choose(*plain, advice.locks, samples, most_named, objective));
  }
  if (const Measured& first = advice.locks.front(); first.capture) {
    advice.choices.push_back(choose(first, advice.locks, samples, most_named, objective));
  }
}

CellAdvice advise_cell(const Cell& conditions, const Samples& samples, Objective objective) {
  CellAdvice advice{.conditions = conditions,
                    .unit = unit_of(objective, conditions),
                    .choices = {},
                    .locks = {},
                    .peers = {},
                    .floors = {}};
  for (const auto& [name, sample] : samples) {
    const Measured entry = measure(name, sample, is_shared(conditions));
    if (sample.kind == kKindLock) advice.locks.push_back(entry);
    if (sample.kind == kKindPeer) advice.peers.push_back(entry);
    if (sample.kind == kKindFloor) advice.floors.push_back(entry);
  }
  for (auto* entries : {&advice.locks, &advice.peers, &advice.floors}) {
    sort_best_first(*entries, objective);
  }
  if (!advice.locks.empty()) add_choices(advice, samples, objective);
  return advice;
}

// The first interface of the list that was measured: `direct`, unless a run left it out.
std::string first_interface(std::span<const CellAdvice> cells) {
  return cells.empty() ? "" : cells.front().conditions.interface;
}

// What the advice for all conditions rests on: the cells of one interface, and of these the bare
// sections, if there are any. A driver's queue is an example of use that may be measured or not;
// the advice for all conditions must not turn on that.
std::vector<const CellAdvice*> cells_that_count(std::span<const CellAdvice> cells,
                                                std::string_view interface) {
  std::vector<const CellAdvice*> all;
  std::vector<const CellAdvice*> sections;
  for (const CellAdvice& cell : cells) {
    if (cell.conditions.interface != interface) continue;
    all.push_back(&cell);
    if (!find_workload(cell.conditions.workload).has_queue) sections.push_back(&cell);
  }
  return sections.empty() ? all : sections;
}

std::vector<Overall> rank_overall(const std::vector<const CellAdvice*>& cells) {
  std::map<std::string, Overall> locks;
  std::map<std::string, std::size_t> cells_of;
  for (const CellAdvice* cell : cells) {
    for (const Measured& lock : cell->locks) {
      Overall& overall = locks[lock.name];
      if (cells_of[lock.name]++ == 0 || lock.regret > overall.worst_regret) {
        overall.worst_regret = lock.regret;
        overall.worst_conditions = cell->conditions;
      }
      overall.lock = lock.name;
      overall.capture = overall.capture || lock.capture;
    }
  }
  std::vector<Overall> ranked;
  for (const auto& [name, overall] : locks) {
    if (cells_of[name] == cells.size()) ranked.push_back(overall);
  }
  std::ranges::sort(ranked, {}, [](const Overall& overall) {
    return std::tuple(overall.capture, overall.worst_regret, overall.lock);
  });
  return ranked;
}

std::vector<Failure> failures_of(std::span<const Row> rows) {
  std::map<Cell, Failure> failures;
  for (const Row& row : rows) {
    if (!row.failed) continue;
    Failure& failure = failures[row.cell];
    if (failure.windows++ == 0) {
      failure.cell = row.cell;
      failure.error = row.error;
    }
  }
  std::vector<Failure> result;
  for (auto& [cell, failure] : failures) result.push_back(std::move(failure));
  return result;
}

}  // namespace

std::string_view to_string(Objective objective) {
  return kObjectives[static_cast<std::size_t>(objective)];
}

Objective parse_objective(std::string_view name) {
  const auto found = std::ranges::find(kObjectives, name);
  if (found == kObjectives.end()) {
    throw UserError(fmt::format("objective '{}' is unknown; known are: {}", name,
                                fmt::join(kObjectives, ", ")));
  }
  return static_cast<Objective>(found - kObjectives.begin());
}

Advice recommend(std::span<const Row> rows, const std::map<std::string, std::string>& kinds,
                 Objective objective) {
  Advice advice{.objective = objective,
                .cells = {},
                .overall = {},
                .overall_interface = "",
                .failures = failures_of(rows)};
  for (const auto& [conditions, samples] : samples_by_conditions(rows, kinds, objective)) {
    CellAdvice cell = advise_cell(conditions, samples, objective);
    if (!cell.choices.empty()) advice.cells.push_back(std::move(cell));
  }
  advice.overall_interface = first_interface(advice.cells);
  advice.overall = rank_overall(cells_that_count(advice.cells, advice.overall_interface));
  return advice;
}

}  // namespace spinlab
