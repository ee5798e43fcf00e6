#include "machines/checked/check.hpp"

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
                    std::string* steps) {
  const auto search = find_simplest(program, options, violation);
  const Diagnosis diagnosis = diagnose(program, options, violation, search->threads().sites());
  if (steps != nullptr) *steps = text_of(diagnosis.steps);
  return report(violation, diagnosis, search->threads());
}

Result replay(const Program& program, const Options& options, const std::vector<Step>& steps) {
  Threads threads(program, options);
  threads.record_sites(true);
  Result result;
  result.outcome = follow_steps(threads, options, steps);
  const Violation& violation = result.outcome.violation;
  result.report =
      report(violation, diagnose(program, options, violation, threads.sites()), threads);
  return result;
}

}  // namespace spinlab::checked
