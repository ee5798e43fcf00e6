// Search with options.symmetric: of executions that differ only in which of its equal threads is
// which, at least one is explored.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "machines/checked/check.hpp"
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

// Fails if the thread that comes first is told that it is another than the first.
enum class Asked : std::uint8_t { kNothing, kNode, kIndex, kSlot, kPlace };
template <Asked kAsked>
struct Asking {
  Checked::Cell<int> next{0};
  struct Slot {
    Checked::Cell<int> cell{0};
  };

  static bool is_second() {
    if (kAsked == Asked::kNode) return Checked::node() == 1;
    if (kAsked == Asked::kIndex) return Checked::thread_index() == 1;
    if (kAsked == Asked::kSlot)
      return &Checked::thread_slot<Slot>() == &Checked::thread_slot<Slot>(1);
    const auto place = [] { return Checked::place_of(&Checked::thread_slot<Slot>()); };
    return kAsked == Asked::kPlace && place() % 256 != 0;
  }
  void run(int) {
    Checked::thread_slot<Slot>();
    if (next.fetch_add(1, acq_rel) == 0) checked::require(!is_second(), "the second came first");
  }
};

template <Asked kAsked>
checked::Outcome symmetric_outcome() {
  checked::Options options;
  options.symmetric = true;
  const auto program = checked::program_of<Asking<kAsked>>(2);
  return checked::Search(program, options).run();
}

TEST(Symmetry, IsGivenUpWhenAThreadIsToldApart) {
  EXPECT_EQ(symmetric_outcome<Asked::kNode>().verdict(), Verdict::kExclusion);
  EXPECT_EQ(symmetric_outcome<Asked::kIndex>().verdict(), Verdict::kExclusion);
  EXPECT_EQ(symmetric_outcome<Asked::kSlot>().verdict(), Verdict::kExclusion);
  EXPECT_FALSE(symmetric_outcome<Asked::kPlace>().symmetric);
  const checked::Outcome alike = symmetric_outcome<Asked::kNothing>();
  EXPECT_TRUE(alike.symmetric);
  EXPECT_EQ(alike.executions, 1U);
  EXPECT_EQ(symmetric_outcome<Asked::kNode>().asks.text(), "node()");
}

}  // namespace
}  // namespace spinlab::litmus
