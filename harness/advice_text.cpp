#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "harness/advice_output.hpp"
#include "harness/machine_label.hpp"

namespace spinlab {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kLabelColumns = 11;  // Indentation included.

struct Scale {
  double unit;
  const char* name;
};
constexpr std::array<Scale, 4> kRates{{{1e9, "G/s"}, {1e6, "M/s"}, {1e3, "k/s"}, {1, "/s"}}};

Scale scale_of(double value, Objective objective) {
  if (objective == Objective::kP99) return {1, "ns"};
  for (const Scale& scale : kRates) {
    if (value >= scale.unit) return scale;
  }
  return kRates.back();
}

// Three digits that count.
std::string three_digits(double value) {
  if (value >= 100) return fmt::format("{:.0f}", value);
  return value >= 10 ? fmt::format("{:.1f}", value) : fmt::format("{:.2f}", value);
}

std::string value_text(const Measured& entry, Objective objective) {
  const Scale scale = scale_of(entry.value.median, objective);
  return fmt::format("{} {}", three_digits(entry.value.median / scale.unit), scale.name);
}

std::string handovers_text(const Measured& entry) {
  return entry.handovers ? fmt::format(" ({:.2f})", *entry.handovers) : "";
}

std::string interval_text(const Measured& entry, Objective objective) {
  const Scale scale = scale_of(entry.value.median, objective);
  const Interval& interval = entry.value.interval;
  return fmt::format(" [{}, {}]{}", three_digits(interval.low / scale.unit),
                     three_digits(interval.high / scale.unit), interval.reaches_95 ? "" : "*");
}

std::string conditions_text(const Cell& cell) {
  return fmt::format("{}, {} {}, load {}, placement {}", cell.workload, cell.threads,
                     cell.threads == 1 ? "thread" : "threads", cell.load, cell.placement);
}

// The items after the label, separated by commas, in as many lines as they need.
std::string labelled(std::string_view label, const std::vector<std::string>& items) {
  std::string text;
  std::string line = fmt::format("  {:<{}}", label, kLabelColumns - 2);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string item = items[i] + (i + 1 < items.size() ? "," : "");
    if (line.size() + 1 + item.size() > kColumns && line.size() > kLabelColumns) {
      text += line + "\n";
      line = std::string(kLabelColumns, ' ');
    }
    if (line.size() > kLabelColumns) line += " ";
    line += item;
  }
  return text + line + "\n";
}

std::string choice_text(const Choice& choice, Objective objective) {
  std::string text =
      fmt::format("  {:<{}}{:<24} {:>10}{}{}\n", choice.lock.capture ? "capture" : "advice",
                  kLabelColumns - 2, choice.lock.name, value_text(choice.lock, objective),
                  interval_text(choice.lock, objective), handovers_text(choice.lock));
  std::vector<std::string> ties = choice.ties;
  if (choice.more_ties > 0) ties.push_back(fmt::format("and {} more", choice.more_ties));
  if (!ties.empty()) text += labelled("  ties", ties);
  return text;
}

std::string comparison_text(std::string_view label, const std::vector<Measured>& entries,
                            Objective objective) {
  if (entries.empty()) return "";
  std::vector<std::string> items;
  for (const Measured& entry : entries) {
    items.push_back(
        fmt::format("{} {}{}", entry.name, value_text(entry, objective), handovers_text(entry)));
  }
  return labelled(label, items);
}

std::string cell_text(const CellAdvice& cell, Objective objective) {
  std::string text = conditions_text(cell.conditions);
  if (objective == Objective::kHandovers && cell.unit != "hand-overs/s") {
    text += fmt::format(" ({}, since no lock is shared)", cell.unit);
  }
  text += "\n";
  for (const Choice& choice : cell.choices) text += choice_text(choice, objective);
  text += comparison_text("peers", cell.peers, objective);
  text += comparison_text("floors", cell.floors, objective);
  return text;
}

std::string heading_text(const Advice& advice, const Results& results) {
  constexpr std::array<std::string_view, 3> kWhat{"acquisitions/s, higher is better",
                                                  "hand-overs/s, higher is better",
                                                  "acquire latency, lower is better"};
  std::set<int> blocks;
  for (const Row& row : results.rows) blocks.insert(row.block);
  std::string text = fmt::format("Advice for {}: {}\n", to_string(advice.objective),
                                 kWhat[static_cast<std::size_t>(advice.objective)]);
  text +=
      fmt::format("{} machine, {}, blocks: {}\n", results.machine,
                  results.processor.empty() ? results.topology : results.processor, blocks.size());
  if (!results.fit_for_measuring) {
    text +=
        "NOT A MEASUREMENT: a build without optimisation or with sanitizers wrote these results.\n";
  }
  if (const auto unpinned = std::ranges::count_if(results.rows, is_unpinned); unpinned > 0) {
    text += fmt::format(
        "NOT PINNED: in {} of {} windows the system refused to pin threads; placements say "
        "nothing.\n",
        unpinned, results.rows.size());
  }
  if (results.machine == "simulated") {
    text += "Blocks are draws of the machine's costs between their 5th and 95th percentiles.\n";
  }
  text += "[95 % interval of the median]  (hand-overs per acquisition)\n";
  text += fmt::format(
      "Ties are within {:.0f} % of the advice, or cannot be told from it. Capture: fewer than\n"
      "{:.2f} hand-overs per acquisition; fast since one thread keeps the lock from the others.\n",
      kEquivalentShare * 100, kCaptureHandovers);
  const bool short_of_95 = std::ranges::any_of(advice.cells, [](const CellAdvice& cell) {
    return !cell.choices.front().lock.value.interval.reaches_95;
  });
  if (short_of_95) {
    text += "* Fewer than 6 blocks: all that was seen, which is less than a 95 % interval.\n";
  }
  return text;
}

std::string overall_text(const Advice& advice) {
  if (advice.overall.empty()) {
    return "\nOverall: no lock was measured under all conditions.\n";
  }
  const Overall& best = advice.overall.front();
  std::string text =
      fmt::format("\nOverall: {}\n  {:.1f} % behind the best at worst ({})\n", best.lock,
                  best.worst_regret * 100, conditions_text(best.worst_conditions));
  if (best.capture) {
    text += "  It works by capture, as every other lock does under some conditions.\n";
  }
  std::vector<std::string> others;
  for (const Overall& lock : advice.overall) {
    if (&lock == &best) continue;
    others.push_back(fmt::format("{} {:.1f} %{}", lock.lock, lock.worst_regret * 100,
                                 lock.capture && !best.capture ? " (capture)" : ""));
  }
  if (!others.empty()) text += labelled("others", others);
  return text;
}

std::string failures_text(const Advice& advice) {
  std::string text;
  for (const Failure& failure : advice.failures) {
    text +=
        fmt::format("  {} of {}: {}\n", failure.windows, failure.cell.to_run_name(), failure.error);
  }
  return text.empty() ? "" : "\nWindows that failed; such a contestant is left out there:\n" + text;
}

}  // namespace

std::string advice_text(const Advice& advice, const Results& results) {
  std::string text = heading_text(advice, results);
  std::string_view interface;
  for (const CellAdvice& cell : advice.cells) {
    if (cell.conditions.interface != interface) {
      interface = cell.conditions.interface;
      text += fmt::format("\nInterface: {}\n", interface);
    }
    text += "\n" + cell_text(cell, advice.objective);
  }
  return machine_lines(results, text + overall_text(advice) + failures_text(advice));
}

}  // namespace spinlab
