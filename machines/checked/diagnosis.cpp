#include "machines/checked/diagnosis.hpp"

#include <utility>

namespace spinlab::checked {
namespace {

constexpr std::uint64_t kMostViolations = 20'000;
constexpr std::uint64_t kMostExecutions = 50'000;

bool is_stronger(const Site& site) {
  return mutated_order(Mutation::Operator::kStrengthen, site.op, site.order) != site.order;
}

std::size_t cost(const Violation& violation) {
  const auto order = interleaving_of(*violation.graph);
  return static_cast<std::size_t>(preemptions(*violation.graph, order)) * kMaxEvents * kMaxThreads +
         order.size();
}

// Whether the search passes when the site's order is strengthened.
bool repairs(const Program& program, Options options, const Site& site, bool& bounded) {
  options.mutations.push_back({site, Mutation::Operator::kStrengthen});
  options.max_executions = kMostExecutions;
  options.max_violations = 1;
  const Outcome outcome = Search(program, options).run();
  if (outcome.verdict() != Verdict::kOk) return false;
  bounded = bounded || !outcome.complete;
  return true;
}

}  // namespace

std::vector<Step> steps_to(const Violation& violation, const std::vector<Id>& order) {
  std::vector<Step> steps = steps_of(*violation.graph, order);
  if (violation.conflict != kNoEvent) steps.push_back({violation.thread, 0});
  return steps;
}

std::unique_ptr<Search> find_simplest(const Program& program, const Options& options,
                                      Violation& violation) {
  Options all = options;
  all.max_violations = kMostViolations;
  all.max_executions = kMostExecutions;
  auto search = std::make_unique<Search>(program, all);
  search->threads().record_sites(true);
  const Verdict verdict = violation.verdict;
  std::size_t least = ~std::size_t{0};
  search->on_violation = [&](Violation& found) {
    if (found.verdict != verdict) return;
    const std::size_t costs = cost(found);
    if (costs >= least) return;
    least = costs;
    violation = std::move(found);
  };
  search->run();
  search->on_violation = nullptr;
  return search;
}

Diagnosis diagnose(const Program& program, const Options& options, const Violation& violation,
                   const std::vector<Site>& sites) {
  Diagnosis diagnosis;
  diagnosis.order = interleaving_of(*violation.graph);
  diagnosis.preemptions = preemptions(*violation.graph, diagnosis.order);
  diagnosis.steps = steps_to(violation, diagnosis.order);
  if (violation.verdict == Verdict::kOk) return diagnosis;
  for (const Site& site : sites)
    if (is_stronger(site) && repairs(program, options, site, diagnosis.repairs_bounded))
      diagnosis.repairs.push_back(site);
  return diagnosis;
}

}  // namespace spinlab::checked
