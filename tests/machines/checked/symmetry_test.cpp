// Search with options.symmetric: of executions that differ only in which of its equal threads is
// which, at least one is explored.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "naive_search.hpp"
#include "outcomes.hpp"
#include "random_programs.hpp"

namespace spinlab::litmus {
namespace {

using checked::Verdict;
using enum std::memory_order;

struct Orbits {
  std::set<std::string> executions;
  std::set<std::string> deadlocks;
  std::set<Verdict> verdicts;
  checked::Outcome outcome;
};

Orbits orbits_of(const checked::Program& program, bool symmetric, bool writes_first) {
  checked::Options options;
  options.symmetric = symmetric;
  options.writes_first = writes_first;
  options.max_violations = ~std::uint64_t{0};
  Orbits orbits;
  checked::Search search(program, options);
  search.on_execution = [&](const checked::Graph& graph) {
    orbits.executions.insert(orbit_of(graph));
  };
  search.on_deadlock = [&](const checked::Graph& graph) {
    orbits.deadlocks.insert(orbit_of(graph));
  };
  search.on_violation = [&](checked::Violation& violation) {
    orbits.verdicts.insert(violation.verdict);
  };
  orbits.outcome = search.run();
  return orbits;
}

struct Tally {
  std::uint64_t all = 0, explored = 0, orbits = 0;
};

void compare(const Program& program, const std::string& description, Tally& tally, Work& work) {
  const checked::Program runnable = checked_program(program);
  for (const bool writes_first : {true, false}) {
    const Orbits all = orbits_of(runnable, false, writes_first);
    const Orbits some = orbits_of(runnable, true, writes_first);
    work.spend(all.outcome.executions + all.outcome.blocked + all.outcome.violations);
    EXPECT_EQ(some.verdicts.contains(Verdict::kRace), all.verdicts.contains(Verdict::kRace))
        << description;
    if (all.verdicts.contains(Verdict::kRace)) continue;  // What comes behind is not explored.
    EXPECT_EQ(some.verdicts, all.verdicts) << description;
    EXPECT_TRUE(some.executions == all.executions) << description;
    EXPECT_TRUE(some.deadlocks == all.deadlocks) << description;
    EXPECT_LE(some.outcome.executions, all.outcome.executions) << description;
    tally.all += all.outcome.executions;
    tally.explored += some.outcome.executions;
    tally.orbits += all.executions.size();
  }
}

void keep_every_orbit(Shape shape, const Series& series) {
  shape.identical = true;
  Tally tally;
  for_each_seed(series, [&](std::uint64_t seed, Work& work) {
    const Program program = random_program(shape, seed);
    compare(program, describe(seed, program), tally, work);
  });
  std::cout << tally.all << " executions in " << tally.orbits << " orbits, " << tally.explored
            << " explored\n";
}

TEST(Symmetry, KeepsEveryOrbitOfProgramsOfEveryKind) {
  keep_every_orbit({.actions = kAtomicActions, .conditions = true}, {2'000'000, 1500, 200});
}

TEST(Symmetry, KeepsEveryOrbitOfProgramsWithManyUpdates) {
  keep_every_orbit({.actions = kUpdates, .conditions = true}, {2'100'000, 1500, 150});
}

TEST(Symmetry, KeepsEveryOrbitOfProgramsThatWait) {
  keep_every_orbit({.actions = kWaitsAndPlainData, .conditions = true}, {2'200'000, 1500, 80});
}

TEST(Symmetry, KeepsEveryOrbitOfProgramsThatStoreParts) {
  keep_every_orbit({.actions = kParts, .conditions = true}, {2'400'000, 1500, 80});
}

TEST(Symmetry, KeepsEveryOrbitOfProgramsWithoutStores) {
  keep_every_orbit({.most_instructions = 4,
                    .actions = {Action::kLoad, Action::kFetchAdd, Action::kExchange,
                                Action::kCompareExchange, Action::kAwaitExchange,
                                Action::kAwaitOther, Action::kFence, Action::kPlainStore},
                    .conditions = true},
                   {2'300'000, 2000, 20});
}

TEST(Symmetry, ExploresOneOfTheOrdersOfThreeEqualThreads) {
  const Thread one = {fetch_add(kX, 1, acq_rel)};
  const Program program = {one, one, one};
  const checked::Program runnable = checked_program(program);
  EXPECT_EQ(orbits_of(runnable, false, true).outcome.executions, 6U);
  EXPECT_EQ(orbits_of(runnable, true, true).outcome.executions, 1U);
}

}  // namespace
}  // namespace spinlab::litmus
