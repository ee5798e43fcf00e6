#include "machines/checked/check.hpp"

#include <utility>

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

}  // namespace spinlab::checked
