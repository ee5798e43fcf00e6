// Threads that saturate a lock do not fall into step: none finds it held each time it comes.
#include <gtest/gtest.h>

#include <algorithm>

#include "algorithms/all_locks.hpp"
#include "tests/machines/simulated/lock_loop.hpp"
#include "tests/machines/simulated/uniform_model.hpp"

namespace spinlab::simulated {
namespace {

// Costs of a Xeon of 24 cores: several operations of an owner fit into half of a transfer.
Model xeon(std::uint32_t processors) {
  Model model = uniform_model(processors, 468);
  model.protocol = Protocol::kMesif;
  model.load_hit = 1;
  model.store_hit = 1;
  model.rmw = 53;
  model.operation = 3;
  model.pause = 389;
  model.read_occupancy = 94;
  model.hold_percent = 50;
  model.jitter_percent = 5;
  return model;
}

template <template <class> class LockOver>
void expect_a_share_for_all(int threads) {
  const Model model = xeon(static_cast<std::uint32_t>(threads));
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    LoopOptions options;
    options.warm_up = 100'000;
    options.end = 20'000'000;
    options.shared_counter = true;
    options.seed = seed;
    const LoopResult result = run_loop<LockOver>(model, threads, options);
    const std::uint64_t fair = result.acquisitions / static_cast<std::uint64_t>(threads);
    EXPECT_GT(*std::ranges::min_element(result.by_thread), fair / 2)
        << LockOver<Simulated>::info.title << ", " << threads << " threads, seed " << seed;
  }
}

TEST(Phases, OfThreadsAtATestAndSetLockLeaveEachAShare) {
  for (const int threads : {3, 4, 5, 8, 16}) expect_a_share_for_all<TasLock>(threads);
}

TEST(Phases, OfThreadsThatTestBeforeTheySetLeaveEachAShare) {
  for (const int threads : {3, 4, 5, 8, 16}) expect_a_share_for_all<TtasLock>(threads);
}

TEST(Phases, AreTheSeeds) {
  const Model model = xeon(4);
  LoopOptions options;
  options.end = 1'000'000;
  const auto run = [&] { return run_loop<TasLock>(model, 4, options).by_thread; };
  const std::vector<std::uint64_t> first = run();
  EXPECT_EQ(run(), first);
  options.seed = 2;
  EXPECT_NE(run(), first);
}

}  // namespace
}  // namespace spinlab::simulated
