#include "machines/simulated/simulation.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

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
    EXPECT_EQ(word.exchange(3, kOrder), 2U);  // It left at 10,500, with what was written until then.
  });
  simulation.run();
  ASSERT_EQ(costs.size(), 2U);
  EXPECT_EQ(costs[0], 2U);
  EXPECT_EQ(costs[1], 405U + 1000U);  // The line is the other's until 11,005.
}

TEST(Simulation, ChargesCellsOfOneLineForEachOther) {
  struct Together {
    Word mine{0};
    Word yours{0};
  };
  struct Apart {
    Word mine{0};
    alignas(kLineBytes) Word yours{0};
  };
  const auto transfers = [](auto made) {
    using Words = decltype(made);
    const Model model = plain_model();
    Simulation simulation(model, 1, 2);
    Words& words = simulation.make<Words>(0);
    for (std::uint32_t thread = 0; thread < 2; ++thread)
      simulation.spawn(thread, [&simulation, &words, thread] {
        for (int i = 0; i < 100; ++i) {
          (thread == 0 ? words.mine : words.yours).store(1, kOrder);
          simulation.spend(5000);
        }
      });
    simulation.run();
    return simulation.coherence().transfers();
  };
  struct TogetherTag : Together {};
  EXPECT_EQ(transfers(std::type_identity<int>{}, 0), 0);
}

}  // namespace
}  // namespace spinlab::simulated
