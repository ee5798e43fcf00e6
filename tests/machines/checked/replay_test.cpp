// Interleavings, their texts and their replays; walks at random.
#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <random>

#include "machines/checked/diagnosis.hpp"
#include "machines/checked/walk.hpp"
#include "naive_search.hpp"
#include "outcomes.hpp"
#include "random_programs.hpp"

namespace spinlab::litmus {
namespace {

using checked::Step;
using checked::Verdict;
using enum std::memory_order;

const Shape kSleeping = {.actions = kSleepsAndPlainData, .conditions = true};
const Shape kWaiting = {.actions = kWaitsAndPlainData, .conditions = true};

// ---- replays ----

std::vector<std::vector<checked::Value>> values_read(const checked::Graph& graph) {
  std::vector<std::vector<checked::Value>> values;
  for (int thread = 0; thread < graph.threads; ++thread) {
    std::vector<checked::Value>& of = values.emplace_back();
    for (int index = 0; index < graph.count(thread); ++index)
      if (checked::reads(graph.at(thread, index).kind)) of.push_back(graph.at(thread, index).value);
  }
  return values;
}

void expect_same_when_replayed(const checked::Program& program, const checked::Options& options,
                               const checked::Violation& violation) {
  const auto steps = steps_to(violation, checked::interleaving_of(*violation.graph));
  const std::string text = text_of(steps);
  EXPECT_EQ(checked::steps_from(text), steps) << text;
  const checked::Outcome again = follow_steps(program, options, checked::steps_from(text));
  ASSERT_EQ(again.verdict(), violation.verdict) << text;
  EXPECT_EQ(again.violation.what, violation.what) << text;
  EXPECT_EQ(again.violation.thread, violation.thread) << text;
  EXPECT_EQ(values_read(*again.violation.graph), values_read(*violation.graph)) << text;
}

// Every violation of the program; returns how many.
int replay_all(const checked::Program& program, checked::Options options) {
  options.max_violations = 100;
  std::vector<checked::Violation> violations;
  checked::Search search(program, options);
  search.on_violation = [&](checked::Violation& found) { violations.push_back(std::move(found)); };
  search.run();
  for (const checked::Violation& violation : violations)
    expect_same_when_replayed(program, options, violation);
  return static_cast<int>(violations.size());
}

void replay_programs(const Shape& shape, const Series& series) {
  int replayed = 0;
  int programs = 0;
  for_each_seed(series, [&](std::uint64_t seed, Work& work) {
    SCOPED_TRACE(seed);
    const Program program = random_program(shape, seed);
    const int violations = replay_all(checked_program(program), {});
    replayed += violations;
    ++programs;
    work.spend(static_cast<std::uint64_t>(violations));
  });
  std::cout << replayed << " violations\n";
  EXPECT_GT(replayed, programs / 4);
}

TEST(Replay, OfAnyViolationOfARandomProgramShowsTheSameAgain) {
  replay_programs(kWaiting, {1'000'000, 2000, 4});
}

TEST(Replay, OfAnyViolationOfAProgramThatSleepsShowsTheSameAgain) {
  replay_programs(kSleeping, {1'050'000, 1000, 4});
}

struct LostMessage {
  Checked::Cell<int> data{0}, flag{0};
  void run(int thread) {
    if (thread == 0) {
      data.store(1, relaxed);
      flag.store(1, relaxed);
    } else if (flag.load(acquire) == 1) {
      checked::require(data.load(relaxed) == 1, "the flag came before the data");
    }
  }
};
struct BareLoop {
  Checked::Cell<int> flag{0};
  void run(int thread) {
    if (thread == 0) return flag.store(1, release);
    while (flag.load(acquire) == 0) {
    }
  }
};
struct Stray {
  Checked::Cell<Checked::Cell<int>*> published{nullptr};
  Checked::Cell<int> cell{0};
  void run(int thread) {
    if (thread == 0) {
      published.store(&cell, release);
    } else {
      published.load(acquire)->store(1, relaxed);
    }
  }
};

TEST(Replay, CoversEveryKindOfFailure) {
  EXPECT_GT(replay_all(checked::program_of<LostMessage>(3), {}), 0);
  EXPECT_GT(replay_all(checked::program_of<BareLoop>(2), {}), 0);
  EXPECT_GT(replay_all(checked::program_of<Stray>(2), {}), 0);
}

TEST(Replay, GoesToTheEndOfAnExecutionWithoutViolation) {
  const Program program = {{store(kX, 1, relaxed)}, {load(kX, relaxed)}};
  const checked::Program runnable = checked_program(program);
  EXPECT_EQ(follow_steps(runnable, {}, checked::steps_from("01")).executions, 1U);
  EXPECT_EQ(follow_steps(runnable, {}, checked::steps_from("01a")).executions, 1U);
  EXPECT_EQ(follow_steps(runnable, {}, checked::steps_from("0")).executions, 0U);
}

TEST(Replay, RefusesStepsThatTheProgramCannotTake) {
  const Program program = {{store(kX, 1, relaxed)}, {load(kX, relaxed)}};
  const checked::Program runnable = checked_program(program);
  for (const char* text : {"2", "00", "1a", "0a", "01b", "7"})
    EXPECT_THROW(follow_steps(runnable, {}, checked::steps_from(text)), std::invalid_argument)
        << text;
}

// ---- texts ----

TEST(StepsText, IsReadBackAsItWasWritten) {
  std::mt19937_64 engine(1);
  for (int times = 0; times < 1000; ++times) {
    std::vector<Step> steps;
    for (int step = 0; step < 20; ++step)
      steps.push_back({static_cast<int>(engine() % checked::kMaxThreads),
                       static_cast<int>(engine() % 4 == 0 ? engine() % 100 : 0)});
    ASSERT_EQ(checked::steps_from(text_of(steps)), steps);
  }
  EXPECT_EQ(text_of(std::vector<Step>{{0, 0}, {1, 1}, {2, 26}, {3, 27}}), "01a2z3za");
}

TEST(StepsText, ThatIsNoneIsRefused) {
  for (const char* text : {"a", "8", "9", "0A", "0 1", "-1", "0a1!", "0\n", "0x\x7f", "\xc3\xa4"})
    EXPECT_THROW(checked::steps_from(text), std::invalid_argument) << text;
  EXPECT_TRUE(checked::steps_from("").empty());
}

// ---- interleavings ----

TEST(Interleaving, PutsEveryEventBehindItsSourceAndItsPredecessor) {
  for_each_seed({1'100'000, 300, 10}, [](std::uint64_t seed, Work& work) {
    const Program program = random_program(kWaiting, seed);
    const checked::Program runnable = checked_program(program);
    checked::Search search(runnable, {});
    search.on_execution = [&](const checked::Graph& graph) {
      std::array<int, checked::kMaxThreads> done{};
      for (const checked::Id id : checked::interleaving_of(graph)) {
        const checked::Event& event = graph.at(id);
        const auto thread = static_cast<std::size_t>(checked::thread_of(id));
        ASSERT_EQ(checked::index_of(id), done[thread]);
        if (checked::reads(event.kind) && !checked::is_initial(event.source)) {
          const auto other = static_cast<std::size_t>(checked::thread_of(event.source));
          ASSERT_LT(checked::index_of(event.source), done[other]);
        }
        done[thread] += event.kind == checked::Kind::kUpdateRead ? 2 : 1;
      }
      for (int thread = 0; thread < graph.threads; ++thread)
        ASSERT_EQ(done[static_cast<std::size_t>(thread)], graph.count(thread));
    };
    work.spend(search.run().executions);
    ASSERT_FALSE(HasFailure()) << describe(seed, program);
  });
}

// ---- walks ----

TEST(RandomWalk, WithOneSeedAlwaysFindsTheSame) {
  for_each_seed({1'200'000, 200, 40}, [](std::uint64_t seed, Work& work) {
    const Program program = random_program(kWaiting, seed);
    const checked::Program runnable = checked_program(program);
    const checked::Outcome once = walk_at_random(runnable, {}, 20, seed);
    const checked::Outcome again = walk_at_random(runnable, {}, 20, seed);
    work.spend(40);
    ASSERT_EQ(once.executions, again.executions) << describe(seed, program);
    ASSERT_EQ(once.verdict(), again.verdict()) << describe(seed, program);
    ASSERT_EQ(once.blocked + once.inconsistent, again.blocked + again.inconsistent);
    if (once.verdict() == Verdict::kOk) return;
    ASSERT_EQ(values_read(*once.violation.graph), values_read(*again.violation.graph));
    expect_same_when_replayed(runnable, {}, once.violation);
  });
}

// One walk; its execution in canonical form, or nothing if it did not finish.
std::string walk_once(checked::Threads& threads, const checked::Options& options,
                      std::mt19937_64& engine) {
  checked::Walk walk(threads, options);
  for (auto ready = walk.ready(); !ready.empty(); ready = walk.ready()) {
    const auto steps = walk.steps(ready[engine() % ready.size()]);
    walk.take(steps[engine() % steps.size()]);
  }
  if (walk.violation() || walk.end() != checked::Ending::kFinished) return "";
  return canonical_form(walk.graph());
}

void walk_within_executions(const std::vector<Action>& actions, const Series& series) {
  for_each_seed(series, [&](std::uint64_t seed, Work& work) {
    const Program program =
        random_program({.actions = actions, .seq_cst = false, .conditions = true}, seed);
    const checked::Program runnable = checked_program(program);
    const NaiveResult all = search_naively(runnable, 20'000);
    work.spend(all.graphs);
    const checked::Options options;
    checked::Threads threads(runnable, options);
    std::mt19937_64 engine(seed);
    for (int times = 0; times < 10; ++times) {
      const std::string execution = walk_once(threads, options, engine);
      ASSERT_TRUE(execution.empty() || all.executions.contains(execution))
          << describe(seed, program);
    }
  });
}

TEST(RandomWalk, NeverLeavesTheExecutionsOfTheSearch) {
  walk_within_executions(kWaits, {1'300'000, 1000, 80});
  walk_within_executions(kSleeps, {1'350'000, 500, 250});
}

TEST(RandomWalk, FindsTheFailuresOfSimpleBrokenPrograms) {
  const Program race = {{plain_store(1), store(kX, 1, relaxed)}, {load(kX, acquire), plain_load()}};
  const Program missed = {{store(kX, 1, relaxed), store(kX, 2, relaxed)}, {await(kX, 1, acquire)}};
  const Program crossed = {{await(kX, 1, acquire), store(kY, 1, release)},
                           {await(kY, 1, acquire), store(kX, 1, release)}};
  EXPECT_EQ(walk_at_random(checked_program(race), {}, 1000, 1).verdict(), Verdict::kRace);
  EXPECT_EQ(walk_at_random(checked_program(crossed), {}, 1, 1).verdict(), Verdict::kDeadlock);
  EXPECT_EQ(walk_at_random(checked::program_of<LostMessage>(2), {}, 1000, 1).verdict(),
            Verdict::kExclusion);
  EXPECT_EQ(walk_at_random(checked::program_of<Stray>(2), {}, 1000, 1).verdict(), Verdict::kMisuse);
  EXPECT_EQ(walk_at_random(checked_program(missed), {}, 1000, 1).executions, 1000U);
}

}  // namespace
}  // namespace spinlab::litmus
