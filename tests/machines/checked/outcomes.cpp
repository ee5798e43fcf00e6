#include "outcomes.hpp"

#include <utility>

namespace spinlab {
namespace {

using checked::Graph;

std::string reads_of(const Graph& graph) {
  std::string text;
  for (int thread = 0; thread < graph.threads; ++thread) {
    bool is_first = true;
    for (int index = 0; index < graph.count(thread); ++index) {
      const checked::Event& event = graph.at(thread, index);
      if (!checked::reads(event.kind) || event.request.op == checked::Op::kPartStore) continue;
      if (!text.empty()) text += is_first ? " | " : " ";
      text += std::to_string(event.value);
      is_first = false;
    }
  }
  return text;
}

std::string finals_of(const Graph& graph, const checked::Threads& threads) {
  std::map<const void*, checked::Value> values;
  for (int cell = 0; cell < graph.cells; ++cell)
    values[threads.address_of(cell)] = graph.value_of(graph.messages(cell).back());
  std::string text;
  for (const auto& [address, value] : values)
    text += (text.empty() ? "" : " ") + std::to_string(value);
  return text;
}

}  // namespace

Explored explore(const checked::Program& program, checked::Options options) {
  options.max_violations = ~std::uint64_t{0};
  Explored explored;
  checked::Search search(program, options);
  search.on_execution = [&](const Graph& graph) {
    explored.reads.insert(reads_of(graph));
    explored.finals.insert(finals_of(graph, search.threads()));
  };
  search.on_violation = [&](checked::Violation& violation) {
    ++explored.violations[violation.verdict];
    if (explored.outcome.violation.graph == nullptr)
      explored.outcome.violation = std::move(violation);
  };
  checked::Outcome outcome = search.run();
  if (explored.outcome.violation.graph != nullptr)
    outcome.violation = std::move(explored.outcome.violation);
  explored.outcome = std::move(outcome);
  return explored;
}

namespace litmus {

Found search(const Program& program, const checked::Options& options) {
  const checked::Program runnable = checked_program(program);
  Found found;
  checked::Search search(runnable, options);
  search.on_execution = [&](const Graph& graph) {
    found.outcomes.insert(outcome_of(graph, search.threads()));
  };
  found.outcome = search.run();
  return found;
}

}  // namespace litmus
}  // namespace spinlab
