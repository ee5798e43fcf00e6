#include "litmus_sets.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "axioms.hpp"
#include "outcomes.hpp"

namespace spinlab::litmus {

std::set<Outcome> outcomes_of(const Program& program) {
  checked::Options in_order;
  in_order.writes_first = false;
  Consistent axioms = by_axioms(program);
  for (const checked::Options& options : {checked::Options{}, in_order}) {
    const Found found = search(program, options);
    EXPECT_EQ(found.outcomes, axioms.outcomes) << text_of(program);
    EXPECT_EQ(found.outcome.executions, axioms.executions) << text_of(program);
  }
  return axioms.outcomes;
}

std::set<std::string> registers_of(const Program& program) {
  std::set<std::string> texts;
  for (const Outcome& outcome : outcomes_of(program)) texts.insert(registers_text(outcome));
  return texts;
}

std::set<std::string> registers_and_finals_of(const Program& program) {
  int locations = 0;
  for (const Thread& thread : program)
    for (const Instruction& instruction : thread)
      locations = std::max(locations, instruction.location + 1);
  std::set<std::string> texts;
  for (const Outcome& outcome : outcomes_of(program)) texts.insert(full_text(outcome, locations));
  return texts;
}

}  // namespace spinlab::litmus
