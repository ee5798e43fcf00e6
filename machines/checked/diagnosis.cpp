#include "machines/checked/diagnosis.hpp"

#include <optional>
#include <utility>

namespace spinlab::checked {
namespace {

constexpr std::uint64_t kMostViolations = 20'000;

bool is_stronger(const Site& site) {
  return mutated_order(Mutation::Operator::kStrengthen, site.op, site.order) != site.order;
}

std::size_t cost(const Violation& violation) {
  const auto order = interleaving_of(*violation.graph);
  return static_cast<std::size_t>(preemptions(*violation.graph, order)) * kMaxEvents * kMaxThreads +
         order.size();
}

// The search with the site's order strengthened, if it passes.
std::optional<Repair> repair_at(const Program& program, Options options, const Site& site) {
  options.mutations.push_back({site, Mutation::Operator::kStrengthen});
  options.max_executions = kRepairExecutions;
  options.max_violations = 1;
  const Outcome outcome = Search(program, options).run();
  if (outcome.verdict() != Verdict::kOk) return std::nullopt;
  Repair repair;
  repair.site = site;
  repair.bounded = !outcome.complete;
  return repair;
}

}  // namespace

std::vector<Step> steps_to(const Violation& violation, const std::vector<Id>& order) {
  std::vector<Step> steps = steps_of(*violation.graph, order);
  if (violation.conflict != kNoEvent) steps.push_back({violation.thread, 0});
  return steps;
}

void find_simplest(const Program& program, const Options& options, Violation& violation) {
  Options all = options;
  all.max_violations = kMostViolations;
  all.max_executions = kRepairExecutions;
  Search search(program, all);
  const Verdict verdict = violation.verdict;
  std::size_t least = ~std::size_t{0};
  search.on_violation = [&](Violation& found) {
    if (found.verdict != verdict) return;
    const std::size_t costs = cost(found);
    if (costs >= least) return;
    least = costs;
    violation = std::move(found);
  };
  search.run();
}

Diagnosis diagnose(const Program& program, const Options& options, const Violation& violation,
                   const Threads& threads, const TryElsewhere& try_elsewhere) {
  Diagnosis diagnosis;
  diagnosis.order = interleaving_of(*violation.graph);
  diagnosis.preemptions = preemptions(*violation.graph, diagnosis.order);
  diagnosis.steps = steps_to(violation, diagnosis.order);
  if (violation.verdict == Verdict::kOk) return diagnosis;
  for (const Site& site : threads.sites()) {
    std::optional<Repair> repair =
        is_stronger(site) ? repair_at(program, options, site) : std::nullopt;
    if (!repair) continue;
    if (try_elsewhere) try_elsewhere(*repair);
    diagnosis.repairs.push_back(*std::move(repair));
  }
  return diagnosis;
}

}  // namespace spinlab::checked
