// Tables of the checker's results, for people.
#include <fmt/format.h>

#include <algorithm>

#include "harness/check_output.hpp"

namespace spinlab {
namespace {

std::string seconds_text(double seconds) {
  return seconds < 0.1 ? fmt::format("{:.1f} ms", seconds * 1e3) : fmt::format("{:.2f} s", seconds);
}

std::string extent_of(const CheckResult& result) {
  std::string extent = result.complete           ? "complete"
                       : result.task.is_sample() ? "sample"
                                                 : "bounded";
  if (result.symmetric) extent += ", symmetric";
  if (result.task.symmetric && !result.asks.empty()) extent += ", no symmetry: asks " + result.asks;
  return extent;
}

std::string reason_of(const Mutant& mutant) {
  return mutant.reason.empty() ? "" : ": " + mutant.reason;
}

}  // namespace

const char* expectation_of(const Mutant& mutant) {
  if (!mutant.equivalent) return "killed";
  return mutant.reason.empty() ? "equivalent" : "survives";
}

std::string checks_text(const std::vector<CheckResult>& results) {
  std::string text =
      fmt::format("{:<15} {:<10} {:>5} {:>12} {:>10} {:>9}  {:<9} {}\n", "lock", "client", "shape",
                  "executions", "blocked", "time", "verdict", "search");
  std::string reports;
  for (const CheckResult& result : results) {
    text += fmt::format(
        "{:<15} {:<10} {:>5} {:>12} {:>10} {:>9}  {:<9} {}\n", result.task.lock->name,
        result.task.client->name, text_of(result.task.shape), result.executions, result.blocked,
        seconds_text(result.seconds), checked::name_of(result.verdict), extent_of(result));
    if (!result.report.empty())
      reports += fmt::format("\n== {} {} {}\n\n{}", result.task.lock->name,
                             result.task.client->name, text_of(result.task.shape), result.report);
  }
  return text + reports;
}

std::string mutants_text(const std::vector<MutantResult>& results) {
  std::string text = fmt::format("{:<34} {:<14} {:<10} {:<10} {:<10} {:>5} {:>9}  {}\n", "mutant",
                                 "lock", "expected", "verdict", "client", "shape", "time", "what");
  std::size_t killed = 0;
  for (const MutantResult& result : results) {
    killed += result.killed() ? 1 : 0;
    text += fmt::format("{:<34} {:<14} {:<10} {:<10} {:<10} {:>5} {:>9}  {}{}\n", result.mutant.id,
                        result.mutant.lock, expectation_of(result.mutant),
                        result.killed() ? checked::name_of(result.check.verdict)
                                        : (result.check.complete ? "survives" : "bounded"),
                        result.check.task.client->name, text_of(result.check.task.shape),
                        seconds_text(result.seconds), result.mutant.what,
                        result.as_expected() ? reason_of(result.mutant) : "  <- not as expected");
  }
  text += fmt::format("{} of {} killed\n", killed, results.size());
  const auto unexpected = std::ranges::count(results, false, &MutantResult::as_expected);
  if (unexpected > 0) text += fmt::format("{} not as expected\n", unexpected);
  return text;
}

}  // namespace spinlab
