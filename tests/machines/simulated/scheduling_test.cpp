// More threads than processors.
#include <gtest/gtest.h>

#include "algorithms/all_locks.hpp"
#include "tests/machines/simulated/lock_loop.hpp"
#include "tests/machines/simulated/uniform_model.hpp"

namespace spinlab::simulated {
namespace {

using Word = Simulated::Cell<std::uint32_t>;
constexpr auto kOrder = memory_order::relaxed;

Model model_with_quantum(std::uint32_t processors, Ticks quantum) {
  Model model = uniform_model(processors, 600);
  model.pause = 100;
  model.quantum = quantum;
  model.switch_cost = 1000;
  model.wake_cost = 2000;
  return model;
}

TEST(Scheduling, SharesAProcessorByTheQuantum) {
  const Model model = model_with_quantum(1, 10'000);
  Simulation simulation(model, 1, 2);
  std::vector<Ticks> ends;
  for (int thread = 0; thread < 2; ++thread)
    simulation.spawn(0, [&] {
      simulation.spend(25'000);
      ends.push_back(simulation.now());
    });
  simulation.run();
  // Slices of 10,000 with a switch of 1,000 before each but the first: the first thread has run
  // 25,000 in its third slice, after 2 slices of the other; that one ends alone.
  EXPECT_EQ(ends, (std::vector<Ticks>{49'000, 55'000}));
}

TEST(Scheduling, LeavesAProcessorToAThreadWhileOneSleeps) {
  const Model model = model_with_quantum(1, 0);
  Simulation simulation(model, 1, 2);
  Word& word = simulation.make<Word>(0, 0U);
  bool woken = false;
  simulation.spawn(0, [&] {
    Simulated::park(word, 0);
    woken = true;
    EXPECT_EQ(word.load(kOrder), 1U);
  });
  simulation.spawn(0, [&] {
    word.store(1, kOrder);
    Simulated::wake(word, 1);
  });
  simulation.run();
  EXPECT_TRUE(woken);
}

// 2,000 for the caller, and as much until the sleeper goes on, on a processor of its own.
TEST(Scheduling, ChargesAWakeToBothSides) {
  const Model model = model_with_quantum(2, 0);
  Simulation simulation(model, 1, 2);
  Word& word = simulation.make<Word>(0, 0U);
  Ticks called = 0;
  Ticks caller_goes_on = 0;
  Ticks sleeper_goes_on = 0;
  simulation.spawn(0, [&] {
    Simulated::park(word, 0);
    sleeper_goes_on = simulation.now();
  });
  simulation.spawn(1, [&] {
    simulation.spend(50'000);
    called = simulation.now();
    Simulated::wake(word, 1);
    caller_goes_on = simulation.now();
  });
  simulation.run();
  EXPECT_EQ(caller_goes_on, called + 2000);
  EXPECT_EQ(sleeper_goes_on, called + 2000);
}

TEST(Scheduling, DoesNotSleepOnAValueThatHasChanged) {
  const Model model = model_with_quantum(1, 0);
  Simulation simulation(model, 1, 1);
  Word& word = simulation.make<Word>(0, 5U);
  simulation.spawn(0, [&] { Simulated::park(word, 4); });
  simulation.run();
}

TEST(Scheduling, SaysWhenNobodyWakesASleeper) {
  const Model model = model_with_quantum(1, 0);
  Simulation simulation(model, 1, 1);
  Word& word = simulation.make<Word>(0, 0U);
  simulation.spawn(0, [&] { Simulated::park(word, 0); });
  EXPECT_THROW(simulation.run(), std::runtime_error);
}

// The holder gives the lock back, on the waiter's own processor, while the waiter pauses: the line
// is still there, as after the try that failed, and nobody writes it any more.
TEST(Scheduling, LetsAnExchangeSeeWhatItsOwnProcessorWroteInThePauseBefore) {
  Model model = model_with_quantum(1, 10'000);
  model.pause = 20'000;
  Simulation simulation(model, 1, 2);
  Word& lock = simulation.make<Word>(0, 0U);
  bool acquired = false;
  simulation.spawn(0, [&] {
    EXPECT_EQ(lock.exchange(1, kOrder), 0U);
    simulation.spend(15'000);  // Beyond its quantum: the other one tries.
    lock.store(0, kOrder);
  });
  simulation.spawn(0, [&] {
    lock.await_exchange(1, [](std::uint32_t held) { return held == 0; }, kOrder);
    acquired = true;
  });
  simulation.run();
  EXPECT_TRUE(acquired);
}

LoopOptions crowded(Ticks end) {
  LoopOptions options;
  options.inside = 500;
  options.outside = 5000;
  options.warm_up = end / 10;
  options.end = end;
  options.processor_of = [](int thread) { return static_cast<std::uint32_t>(thread) % 2; };
  return options;
}

TEST(Scheduling, KeepsEveryLockALockWithThreeThreadsAProcessor) {
  const Model model = model_with_quantum(2, 200'000);
#define SPINLAB_LOCK(stem, Type)                                             \
  {                                                                          \
    const LoopResult result = run_loop<Type>(model, 6, crowded(20'000'000)); \
    EXPECT_TRUE(result.excluded) << #stem;                                   \
    EXPECT_GT(result.acquisitions, 50U) << #stem;                            \
  }
#include "algorithms/locks.def"
#undef SPINLAB_LOCK
}

// Whose last acquisition comes when, and who pauses then, is the seed's.
TEST(Scheduling, EndsForEverySeedOfLocksThatRetryAnExchange) {
  Model model = model_with_quantum(2, 20'000);
  model.pause = 3'000;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    LoopOptions options = crowded(500'000);
    options.seed = seed;
    EXPECT_NO_THROW(run_loop<TasLock>(model, 3, options)) << "seed " << seed;
    EXPECT_NO_THROW(run_loop<TtasLock>(model, 3, options)) << "seed " << seed;
    EXPECT_NO_THROW(run_loop<TasMcsLock>(model, 3, options)) << "seed " << seed;
  }
}

// A FIFO lock hands over to threads that do not run, and everybody waits for their turn on a
// processor; one that parks leaves the processor to somebody who can use it.
TEST(Scheduling, LetsAParkingLockWinWhereAFifoLockStalls) {
  const Model model = model_with_quantum(2, 200'000);
  const double parking = run_loop<SpinParkLock>(model, 6, crowded(20'000'000)).ns_per_acquisition;
  const double fifo = run_loop<TicketLock>(model, 6, crowded(20'000'000)).ns_per_acquisition;
  EXPECT_GT(fifo, 3 * parking);
}

}  // namespace
}  // namespace spinlab::simulated
