#include "machines/simulated/simulation.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "machines/simulated/simulated.hpp"
#include "tests/machines/simulated/uniform_model.hpp"

namespace spinlab::simulated {
namespace {

using Word = Simulated::Cell<std::uint32_t>;
constexpr auto kOrder = memory_order::relaxed;

// Prices that can be told apart in a sum.
Model plain_model() {
  Model model = uniform_model(4, 1000);
  model.load_hit = 1;
  model.store_hit = 2;
  model.rmw = 5;
  model.memory = 3000;
  model.read_occupancy = 100;
  return model;
}

TEST(Simulation, ChargesALineFromMemoryThenHits) {
  const Model model = plain_model();
  Simulation simulation(model, 1, 1);
  Word& word = simulation.make<Word>(0, 0U);
  simulation.spawn(0, [&] {
    word.load(kOrder);
    EXPECT_EQ(simulation.now(), 3000U);
    word.load(kOrder);
    EXPECT_EQ(simulation.now(), 3001U);
    word.store(1, kOrder);
    EXPECT_EQ(simulation.now(), 3003U);
    word.fetch_add(1, kOrder);
    EXPECT_EQ(simulation.now(), 3008U);
  });
  simulation.run();
  EXPECT_EQ(simulation.coherence().transfers(), 1U);
}

TEST(Simulation, MovesALineToWhoeverWritesIt) {
  const Model model = plain_model();
  Simulation simulation(model, 1, 2);
  Word& word = simulation.make<Word>(0, 0U);
  simulation.spawn(0, [&] { word.store(1, kOrder); });
  simulation.spawn(1, [&] {
    simulation.spend(10'000);
    EXPECT_EQ(word.fetch_add(1, kOrder), 1U);
    EXPECT_EQ(simulation.now(), 11'005U);
  });
  simulation.run();
}

TEST(Simulation, MakesAThreadWaitWhileALineIsBusy) {
  const Model model = plain_model();
  Simulation simulation(model, 1, 3);
  Word& word = simulation.make<Word>(0, 0U);
  Ticks last = 0;
  for (std::uint32_t thread = 0; thread < 3; ++thread)
    simulation.spawn(thread, [&] {
      word.store(1, kOrder);
      last = std::max(last, simulation.now());
    });
  simulation.run();
  EXPECT_EQ(last, 3000U + 2 * 1000U);
}

TEST(Simulation, LetsReadersOverlapButForTheLinesOccupancy) {
  const Model model = plain_model();
  Simulation simulation(model, 1, 3);
  Word& word = simulation.make<Word>(0, 0U);
  std::vector<Ticks> ends;
  simulation.spawn(0, [&] { word.store(1, kOrder); });
  for (std::uint32_t thread = 1; thread < 3; ++thread)
    simulation.spawn(thread, [&] {
      simulation.spend(10'000);
      word.load(kOrder);
      ends.push_back(simulation.now());
    });
  simulation.run();
  EXPECT_EQ(ends, (std::vector<Ticks>{11'000, 11'100}));
}

TEST(Simulation, LetsTheOldOwnerHitUntilTheLineLeaves) {
  Model model = plain_model();
  model.hold_percent = 50;
  Simulation simulation(model, 1, 2);
  Word& word = simulation.make<Word>(0, 0U);
  std::vector<Ticks> costs;
  simulation.spawn(0, [&] {
    word.store(1, kOrder);  // Done at 3000.
    for (const Ticks at : {10'400U, 10'600U}) {
      simulation.spend(at - simulation.now());
      const Ticks begin = simulation.now();
      word.store(2, kOrder);
      costs.push_back(simulation.now() - begin);
    }
  });
  simulation.spawn(1, [&] {
    simulation.spend(10'000);
    EXPECT_EQ(word.exchange(3, kOrder),
              2U);  // It left at 10,500, with what was written until then.
  });
  simulation.run();
  ASSERT_EQ(costs.size(), 2U);
  EXPECT_EQ(costs[0], 2U);
  EXPECT_EQ(costs[1], 405U + 1000U);  // The line is the other's until 11,005.
}

struct Together {
  Word mine{0};
  Word yours{0};
};
struct Apart {
  Word mine{0};
  alignas(kLineBytes) Word yours{0};
};

// Two threads that each write a word of their own, a hundred times.
template <class Words>
std::uint64_t transfers_of_neighbours() {
  const Model model = plain_model();
  Simulation simulation(model, 1, 2);
  auto& words = simulation.make<Words>(0);
  const auto write = [&simulation](Word& word, Ticks offset) {
    simulation.spend(offset);
    for (int i = 0; i < 100; ++i) {
      word.store(1, kOrder);
      simulation.spend(5000);
    }
  };
  simulation.spawn(0, [&] { write(words.mine, 0); });
  simulation.spawn(1, [&] { write(words.yours, 2500); });
  simulation.run();
  return simulation.coherence().transfers();
}

TEST(Simulation, MakesNeighboursOnALineShareItsFate) {
  EXPECT_EQ(transfers_of_neighbours<Together>(), 200U);
  EXPECT_EQ(transfers_of_neighbours<Apart>(), 2U);
}

TEST(Simulation, EndsAWaitWhenTheLineCameBack) {
  Model model = plain_model();
  model.pause = 40;
  Simulation simulation(model, 1, 2);
  Word& word = simulation.make<Word>(0, 0U);
  Ticks seen_at = 0;
  simulation.spawn(0, [&] {
    EXPECT_EQ(word.await([](std::uint32_t value) { return value == 7; }, kOrder), 7U);
    seen_at = simulation.now();
  });
  simulation.spawn(1, [&] {
    simulation.spend(50'000);
    word.store(7, kOrder);  // Takes the line at once: held for nothing.
  });
  simulation.run();
  // The store is done at 51,000; the next look, at most a pause and a hit after the store took the
  // line, waits for that, and takes a transfer.
  EXPECT_EQ(seen_at, 52'000U);
}

TEST(Simulation, WakesNobodyWhoseValueHasNotCome) {
  const Model model = plain_model();
  Simulation simulation(model, 1, 3);
  Word& word = simulation.make<Word>(0, 0U);
  std::vector<int> order;
  for (std::uint32_t thread = 0; thread < 2; ++thread)
    simulation.spawn(thread, [&, thread] {
      word.await([thread](std::uint32_t value) { return value > thread; }, kOrder);
      order.push_back(static_cast<int>(thread));
    });
  simulation.spawn(2, [&] {
    for (std::uint32_t value = 1; value <= 2; ++value) {
      simulation.spend(50'000);
      word.store(value, kOrder);
    }
  });
  simulation.run();
  EXPECT_EQ(order, (std::vector<int>{0, 1}));
}

TEST(Simulation, GivesUpABoundedWaitAfterItsLooks) {
  const Model model = plain_model();
  Simulation simulation(model, 1, 1);
  Word& word = simulation.make<Word>(0, 0U);
  simulation.spawn(0, [&] {
    EXPECT_FALSE(word.await_for([](std::uint32_t value) { return value == 1; }, kOrder, 10));
  });
  simulation.run();
  EXPECT_EQ(simulation.operations(), 10U);
}

// What the looks at a line took that another processor wrote once, in pauses.
std::vector<std::uint32_t> look_costs(Ticks transfer) {
  Model model = uniform_model(2, transfer);
  model.pause = 10;
  model.load_hit = 1;
  Simulation simulation(model, 1, 2);
  Word& word = simulation.make<Word>(0, 0U);
  std::vector<std::uint32_t> costs;
  simulation.spawn(0, [&] { word.store(7, kOrder); });
  simulation.spawn(1, [&] {
    simulation.spend(10'000);
    word.await_for([](std::uint32_t value) { return value == 1; }, kOrder, 3,
                   [&](std::uint32_t, std::uint32_t cost) { return costs.push_back(cost), 1U; });
  });
  simulation.run();
  return costs;
}

TEST(Simulation, TellsAPaceWhatTheLookTook) {
  EXPECT_EQ(look_costs(280), (std::vector<std::uint32_t>{28, 1, 1}));
  EXPECT_EQ(look_costs(2100), (std::vector<std::uint32_t>{210, 1, 1}));
  EXPECT_EQ(look_costs(9000), (std::vector<std::uint32_t>{1, 1, 1}));
}

TEST(Simulation, TellsAPaceWhatTheExchangeTook) {
  Model model = uniform_model(2, 280);
  model.pause = 10;
  model.rmw = 20;
  Simulation simulation(model, 1, 2);
  Word& word = simulation.make<Word>(0, 1U);
  std::vector<std::uint32_t> costs;
  simulation.spawn(0, [&] {
    word.store(1, kOrder);
    simulation.spend(50'000);
    word.store(0, kOrder);
  });
  simulation.spawn(1, [&] {
    simulation.spend(10'000);
    word.await_exchange(
        1, [](std::uint32_t value) { return value == 0; }, kOrder,
        [&](std::uint32_t, std::uint32_t cost) { return costs.push_back(cost), cost; });
  });
  simulation.run();
  ASSERT_GE(costs.size(), 2U);
  EXPECT_EQ(costs[0], 30U);  // The transfer and the exchange.
  EXPECT_EQ(costs[1], 2U);   // One that finds the line here.
}

TEST(Simulation, WritesAPartAndLeavesTheRest) {
  const Model model = plain_model();
  Simulation simulation(model, 1, 1);
  Word& word = simulation.make<Word>(0, 0x11223344U);
  simulation.spawn(0, [&] {
    auto low = word.part<std::uint8_t, 0>();
    auto high = word.part<std::uint16_t, 1>();
    EXPECT_EQ(low.load(kOrder), 0x44);
    low.store(0xAA, kOrder);
    EXPECT_EQ(high.exchange(0xBBCC, kOrder), 0x1122);
    EXPECT_EQ(word.load(kOrder), 0xBBCC33AAU);
  });
  simulation.run();
}

TEST(Simulation, SaysWhenThreadsWaitForEver) {
  const Model model = plain_model();
  Simulation simulation(model, 1, 1);
  Word& word = simulation.make<Word>(0, 0U);
  simulation.spawn(0, [&] { word.await([](std::uint32_t value) { return value == 1; }, kOrder); });
  EXPECT_THROW(simulation.run(), std::runtime_error);
}

TEST(Simulation, PassesOnWhatAThreadThrew) {
  const Model model = plain_model();
  Simulation simulation(model, 1, 2);
  simulation.spawn(0, [] { throw std::logic_error("mine"); });
  simulation.spawn(1, [&] { simulation.spend(100); });
  EXPECT_THROW(simulation.run(), std::logic_error);
}

TEST(Simulation, RefusesAProcessorThatTheModelLacks) {
  const Model model = plain_model();
  Simulation simulation(model, 1, 1);
  EXPECT_THROW(simulation.spawn(4, [] {}), std::invalid_argument);
}

TEST(Simulation, MakesALineWhoseHomeIsFarCostMore) {
  Model model = packages_model(2, 2, 1000, 2000);
  model.classes[0].far_home_ticks = 1700;
  const auto cost_with_home = [&model](std::uint16_t home) {
    Simulation simulation(model, 1, 2);
    Word& word = simulation.make<Word>(home, 0U);
    Ticks cost = 0;
    simulation.spawn(0, [&] { word.store(1, kOrder); });
    simulation.spawn(1, [&] {
      simulation.spend(10'000);
      word.store(2, kOrder);
      cost = simulation.now() - 10'000;
    });
    simulation.run();
    return cost;
  };
  EXPECT_EQ(cost_with_home(0), 1000U);
  EXPECT_EQ(cost_with_home(1), 1700U);
}

}  // namespace
}  // namespace spinlab::simulated
