// The checker against its oracles, on litmus programs at random. SPINLAB_SEED and SPINLAB_PROGRAMS
// choose others, and more of them.
#include "random_programs.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <iostream>

#include "axioms.hpp"
#include "naive_search.hpp"
#include "outcomes.hpp"

namespace spinlab::litmus {
namespace {

using checked::Verdict;

checked::Options options_for(std::uint64_t seed) {
  checked::Options options;
  options.writes_first = seed % 2 == 0;
  return options;
}

// ---- series of programs ----

int tested = 0;

void spend_all_at_once() {
  for_each_seed({1, 400, 10}, [](std::uint64_t, Work& work) {
    ++tested;
    work.spend(work.left());
  });
}

TEST(Series, OfLargerProgramsThanItsTestExpectsEndsEarlyAndFails) {
  EXPECT_NONFATAL_FAILURE(spend_all_at_once(), "larger than their test expects");
  EXPECT_EQ(tested, 1);
}

// ---- the memory model: outcomes and number of executions by the axioms ----

void agree_with_axioms(const Shape& shape, const Series& series) {
  std::uint64_t executions = 0;
  for_each_seed(series, [&](std::uint64_t seed, Work& work) {
    const Program program = random_program(shape, seed);
    const Consistent axioms = by_axioms(program);
    const Found found = search(program, options_for(seed));
    EXPECT_EQ(found.outcomes, axioms.outcomes) << describe(seed, program);
    EXPECT_EQ(found.outcome.executions, axioms.executions) << describe(seed, program);
    executions += axioms.executions;
    work.spend(axioms.maps);
  });
  std::cout << executions << " executions\n";
}

TEST(Axioms, AgreeOnProgramsOfEveryKind) {
  agree_with_axioms({.actions = kAtomicActions}, {1, 2500, 800});
}

TEST(Axioms, AgreeOnProgramsWithManyUpdates) {
  agree_with_axioms({.actions = kUpdates}, {100'000, 2500, 1500});
}

TEST(Axioms, AgreeOnProgramsWithManyFences) {
  agree_with_axioms({.actions = kFences}, {200'000, 2500, 200});
}

TEST(Axioms, AgreeOnProgramsWithoutSeqCst) {
  agree_with_axioms({.actions = kAtomicActions, .seq_cst = false}, {300'000, 2500, 900});
}

TEST(Axioms, AgreeOnLoadsAndStoresOfThreeLocations) {
  agree_with_axioms({.most_locations = 3, .actions = kLoadsAndStores}, {350'000, 3000, 200});
}

// ---- the search: the same graphs as without any reduction, each once ----

constexpr std::size_t kLargeProgram = 20'000;  // Graphs.

struct Graphs {
  std::set<std::string> executions;
  std::set<std::string> deadlocks;
  std::set<Verdict> verdicts;
  int duplicates = 0;
};

Graphs graphs_of(const checked::Program& program, checked::Options options) {
  options.max_violations = ~std::uint64_t{0};
  options.max_executions = kLargeProgram;  // No more than the naive search has graphs.
  Graphs graphs;
  checked::Search search(program, options);
  const auto keep = [&](std::set<std::string>& set, const checked::Graph& graph) {
    graphs.duplicates += set.insert(canonical_form(graph)).second ? 0 : 1;
  };
  search.on_execution = [&](const checked::Graph& graph) {
    keep(graphs.executions, graph);
    graphs.verdicts.insert(Verdict::kOk);
  };
  search.on_deadlock = [&](const checked::Graph& graph) { keep(graphs.deadlocks, graph); };
  search.on_violation = [&](checked::Violation& violation) {
    graphs.verdicts.insert(violation.verdict);
  };
  search.run();
  return graphs;
}

struct Tally {
  std::size_t programs = 0, executions = 0, deadlocks = 0, races = 0, too_large = 0;
};

void compare(const Program& program, std::uint64_t seed, Tally& tally, Work& work) {
  const checked::Program runnable = checked_program(program);
  const NaiveResult naive = search_naively(runnable, kLargeProgram);
  work.spend(naive.graphs);
  ++tally.programs;
  tally.too_large += naive.complete ? 0 : 1;
  if (!naive.complete) return;
  const bool races = naive.verdicts.contains(Verdict::kRace);
  tally.races += races ? 1 : 0;
  tally.executions += naive.executions.size();
  tally.deadlocks += naive.deadlocks.size();
  for (const bool writes_first : {true, false}) {
    checked::Options options;
    options.writes_first = writes_first;
    const Graphs graphs = graphs_of(runnable, options);
    const std::string description = describe(seed, program) + (writes_first ? "writes first" : "");
    EXPECT_EQ(graphs.verdicts.contains(Verdict::kRace), races) << description;
    EXPECT_EQ(graphs.duplicates, 0) << description;
    if (races) continue;  // What comes behind a race is not explored.
    EXPECT_TRUE(graphs.executions == naive.executions)
        << description << graphs.executions.size() << " for " << naive.executions.size();
    EXPECT_TRUE(graphs.deadlocks == naive.deadlocks)
        << description << graphs.deadlocks.size() << " for " << naive.deadlocks.size();
    EXPECT_TRUE(graphs.verdicts == naive.verdicts) << description;
  }
}

void agree_with_naive_search(const Shape& shape, const Series& series) {
  Tally tally;
  for_each_seed(series, [&](std::uint64_t seed, Work& work) {
    compare(random_program(shape, seed), seed, tally, work);
  });
  std::cout << tally.executions << " executions, " << tally.deadlocks << " deadlocks, "
            << tally.races << " programs with races, " << tally.too_large << " too large\n";
  EXPECT_LT(tally.too_large, 1 + tally.programs / 20);
}

TEST(NaiveSearch, AgreesOnProgramsWithConditions) {
  agree_with_naive_search({.actions = kAtomicActions, .conditions = true}, {400'000, 3000, 200});
}

TEST(NaiveSearch, AgreesOnProgramsThatWait) {
  agree_with_naive_search({.actions = kWaits, .conditions = true}, {500'000, 2000, 60});
}

TEST(NaiveSearch, AgreesOnProgramsThatWaitAndShareData) {
  agree_with_naive_search({.actions = kWaitsAndPlainData, .conditions = true}, {600'000, 2000, 60});
}

TEST(NaiveSearch, AgreesOnProgramsThatSleep) {
  agree_with_naive_search({.actions = kSleeps, .conditions = true}, {670'000, 2000, 250});
}

TEST(NaiveSearch, AgreesOnProgramsThatSleepAndShareData) {
  agree_with_naive_search({.actions = kSleepsAndPlainData, .conditions = true},
                          {680'000, 2000, 80});
}

TEST(NaiveSearch, AgreesOnProgramsThatStoreParts) {
  agree_with_naive_search({.actions = kParts, .conditions = true}, {650'000, 3000, 120});
}

TEST(NaiveSearch, AgreesOnProgramsOfFourThreads) {
  agree_with_naive_search({.most_threads = 4,
                           .most_instructions = 3,
                           .most_locations = 3,
                           .actions = kWaitsAndPlainData,
                           .conditions = true},
                          {700'000, 1000, 120});
}

TEST(NaiveSearch, AgreesOnLongerProgramsOfTwoThreads) {
  agree_with_naive_search(
      {.most_threads = 2, .most_instructions = 6, .actions = kWaits, .conditions = true},
      {800'000, 1000, 50});
}

}  // namespace
}  // namespace spinlab::litmus
