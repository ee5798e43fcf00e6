#include "machines/checked/check.hpp"

#include <stdexcept>
#include <utility>

#include "machines/checked/walk.hpp"

namespace spinlab::checked {

Result check(const Program& program, const Options& options) {
  Result result;
  result.outcome = Search(program, options).run();
  if (result.outcome.verdict() != Verdict::kOk)
    result.report = explain(program, options, result.outcome.violation);
  return result;
}

std::string explain(const Program& program, const Options& options, Violation& violation,
                    std::string* steps, const TryElsewhere& try_elsewhere) {
  find_simplest(program, options, violation);
  const std::vector<Step> way = steps_to(violation, interleaving_of(*violation.graph));
  if (steps != nullptr) *steps = text_of(way);
  // Followed, as a replay is: so both show the same, whatever search or walk it came from.
  Threads threads(program, options);
  threads.record_sites(true);
  try {
    Outcome again = follow_steps(threads, options, way);
    if (again.verdict() == violation.verdict) violation = std::move(again.violation);
  } catch (const std::invalid_argument&) {  // A program that is not deterministic.
  }
  return report(violation, threads, diagnose(program, options, violation, threads, try_elsewhere));
}

Result replay(const Program& program, const Options& options, const std::vector<Step>& steps,
              const TryElsewhere& try_elsewhere) {
  Threads threads(program, options);
  threads.record_sites(true);
  Result result;
  result.outcome = follow_steps(threads, options, steps);
  const Violation& violation = result.outcome.violation;
  result.report =
      report(violation, threads, diagnose(program, options, violation, threads, try_elsewhere));
  return result;
}

}  // namespace spinlab::checked
