// What is known of locks, and must come out whatever a machine's prices are.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "algorithms/all_locks.hpp"
#include "tests/machines/simulated/lock_loop.hpp"
#include "tests/machines/simulated/uniform_model.hpp"

namespace spinlab::simulated {
namespace {

constexpr Ticks kTransfer = 600;

// One latency class.
Model flat_model() {
  Model model = uniform_model(64, kTransfer);
  model.load_hit = 4;
  model.store_hit = 4;
  model.rmw = 60;
  model.operation = 2;
  model.pause = 100;
  model.read_occupancy = 100;
  model.hold_percent = 50;
  return model;
}

// A counter loop with a think time of two transfers.
LoopOptions counter_loop(Ticks inside = 0, Ticks outside = 2 * kTransfer) {
  LoopOptions options;
  options.inside = inside;
  options.outside = outside;
  options.shared_counter = true;
  options.warm_up = 500'000;
  options.end = 8'000'000;
  return options;
}

template <template <class> class LockOver>
double ns(int threads, const Model& model = flat_model(), LoopOptions options = counter_loop()) {
  const LoopResult result = run_loop<LockOver>(model, threads, options);
  EXPECT_TRUE(result.excluded);
  return result.ns_per_acquisition;
}

TEST(Orderings, AloneTheSimpleLocksAreAlikeAndMcsIsNotCheaper) {
  const LoopOptions alone = counter_loop(0, 0);
  const double tas = ns<TasLock>(1, flat_model(), alone);
  EXPECT_NEAR(ns<TtasLock>(1, flat_model(), alone), tas, 0.2 * tas);
  EXPECT_NEAR(ns<TicketLock>(1, flat_model(), alone), tas, 0.2 * tas);
  EXPECT_NEAR(ns<ClhLock>(1, flat_model(), alone), tas, 0.3 * tas);
  EXPECT_GE(ns<McsLock>(1, flat_model(), alone), tas);
}

TEST(Orderings, ThroughputDropsFromOneThreadToTwo) {
  const LoopOptions busy = counter_loop(0, kTransfer);
#define SPINLAB_LOCK(stem, Type)                                                            \
  EXPECT_GT(ns<Type>(2, flat_model(), busy), ns<Type>(1, flat_model(), counter_loop(0, 0))) \
      << #stem;
#include "algorithms/locks.def"
#undef SPINLAB_LOCK
}

template <template <class> class LockOver>
void expect_to_fall_below_ticket() {
  double before = 0;
  for (const int threads : {4, 8, 16, 32, 64}) {
    const double now = ns<LockOver>(threads);
    EXPECT_GT(now, before) << threads;
    EXPECT_GT(now, ns<TicketLock>(threads)) << threads;
    before = now;
  }
}

TEST(Orderings, TasFallsAndIsBelowTicket) { expect_to_fall_below_ticket<TasLock>(); }
TEST(Orderings, TtasFallsAndIsBelowTicket) { expect_to_fall_below_ticket<TtasLock>(); }

TEST(Orderings, TicketsHandOverGrowsLinearlyInItsWaiters) {
  const double at_16 = ns<TicketLock>(16);
  const double at_32 = ns<TicketLock>(32);
  const double at_64 = ns<TicketLock>(64);
  const double first = (at_32 - at_16) / 16;
  const double second = (at_64 - at_32) / 32;
  EXPECT_GT(first, 0);
  EXPECT_NEAR(second, first, 0.25 * first);
}

// The number of threads with the highest throughput.
int ticket_peak(Ticks inside, Ticks outside) {
  std::map<double, int> by_ns;
  for (const int threads : {2, 4, 8, 16, 32, 64})
    by_ns[ns<TicketLock>(threads, flat_model(), counter_loop(inside, outside))] = threads;
  return by_ns.begin()->second;
}

TEST(Orderings, TicketsCollapseMovesRightAsTheThinkTimeGrows) {
  EXPECT_LT(ticket_peak(0, 4'000), ticket_peak(0, 20'000));
}

// What is lost from the best to all cores, as the section grows.
double ticket_loss(Ticks inside) {
  const LoopOptions options = counter_loop(inside, 4'000);
  return ns<TicketLock>(64, flat_model(), options) / ns<TicketLock>(8, flat_model(), options);
}

TEST(Orderings, TicketsCollapseIsMilderAsTheSectionGrows) {
  EXPECT_GT(ticket_loss(0), ticket_loss(4'000));
  EXPECT_GT(ticket_loss(4'000), ticket_loss(20'000));
}

template <template <class> class LockOver>
void expect_to_be_flat() {
  const double at_4 = ns<LockOver>(4);
  for (const int threads : {8, 16, 32, 64}) EXPECT_NEAR(ns<LockOver>(threads), at_4, 0.05 * at_4);
}

TEST(Orderings, McsIsFlatFromFourThreads) { expect_to_be_flat<McsLock>(); }
TEST(Orderings, ClhIsFlatFromFourThreads) { expect_to_be_flat<ClhLock>(); }

TEST(Orderings, TwaIsLikeTicketAtFewThreadsAndNotWorseThanMcsAtMany) {
  const double ticket = ns<TicketLock>(2);
  EXPECT_NEAR(ns<TwaLock>(2), ticket, 0.35 * ticket);
  EXPECT_LT(ns<TwaLock>(64), ns<TicketLock>(64) / 2);
  EXPECT_LT(ns<TwaLock>(64), 1.5 * ns<McsLock>(64));
}

// 2 packages; threads in turn on one and the other.
LoopOptions spread_over_packages() {
  LoopOptions options = counter_loop();
  options.processor_of = [](int thread) {
    return static_cast<std::uint32_t>(thread % 2 * 16 + thread / 2);
  };
  return options;
}

Model two_packages(Ticks far) {
  Model model = packages_model(2, 16, kTransfer, far);
  const Model flat = flat_model();
  model.load_hit = flat.load_hit;
  model.store_hit = flat.store_hit;
  model.rmw = flat.rmw;
  model.operation = flat.operation;
  model.pause = flat.pause;
  model.read_occupancy = flat.read_occupancy;
  model.hold_percent = flat.hold_percent;
  return model;
}

template <class M>
using SmallCna = BasicCnaLock<M, 20>;

template <template <class> class LockOver>
double numa_gain(Ticks far) {
  const Model model = two_packages(far);
  return ns<McsLock>(32, model, spread_over_packages()) /
         ns<LockOver>(32, model, spread_over_packages());
}

TEST(Orderings, CnasGainGrowsWithTheWayBetweenPackages) {
  EXPECT_GT(numa_gain<CnaLock>(2400), numa_gain<CnaLock>(1200));
  EXPECT_GT(numa_gain<CnaLock>(2400), 1.2);
}

TEST(Orderings, ACohortsGainGrowsWithTheWayBetweenPackages) {
  EXPECT_GT(numa_gain<CohortLock>(2400), numa_gain<CohortLock>(1200));
  EXPECT_GT(numa_gain<CohortMcsLock>(2400), 1.2);
}

TEST(Orderings, CnaHasNoGainOnOnePackage) { EXPECT_GT(ns<CnaLock>(32), 0.95 * ns<McsLock>(32)); }

// How many acquisitions more the luckiest thread had than the unluckiest.
template <template <class> class LockOver>
std::uint64_t spread(Ticks end, Ticks outside = 2 * kTransfer) {
  LoopOptions options = counter_loop(0, outside);
  options.end = end;
  const LoopResult result = run_loop<LockOver>(flat_model(), 16, options);
  const auto [least, most] = std::ranges::minmax(result.by_thread);
  return most - least;
}

// Everybody is served once before anybody is served twice.
TEST(Orderings, FifoLocksSpreadAcquisitionsByOneAtMost) {
  EXPECT_LE(spread<TicketLock>(8'000'000), 1U);
  EXPECT_LE(spread<TicketBackoffLock>(8'000'000), 1U);
  EXPECT_LE(spread<McsLock>(8'000'000), 1U);
  EXPECT_LE(spread<ClhLock>(8'000'000), 1U);
  EXPECT_LE(spread<HemlockLock>(8'000'000), 1U);
}

// With think time enough that not everybody always has a request for the line.
TEST(Orderings, TasSpreadsThemTheMoreTheLongerItRuns) {
  EXPECT_GT(spread<TasLock>(8'000'000, 10 * kTransfer), 1U);
  EXPECT_GT(spread<TasLock>(128'000'000, 10 * kTransfer),
            2 * spread<TasLock>(8'000'000, 10 * kTransfer));
}

TEST(Orderings, CnaBypassesWithinItsThreshold) {
  constexpr std::uint32_t kThreshold = 20;
  const LoopResult cna = run_loop<SmallCna>(two_packages(2400), 32, spread_over_packages());
  EXPECT_GT(cna.most_bypasses, 31U);
  EXPECT_LE(cna.most_bypasses, 32U * (kThreshold + 1));
}

// The home of the lock's line: where two cores of a package meet over the other package's memory.
TEST(Orderings, AFarHomeCostsWhereThePriceDependsOnIt) {
  Model depends = two_packages(2000);
  depends.classes[0].far_home_ticks = 1900;
  const auto in_second_package = [] {
    LoopOptions options = counter_loop();
    options.processor_of = [](int thread) { return static_cast<std::uint32_t>(16 + thread); };
    return options;
  };
  EXPECT_GT(ns<TicketLock>(8, depends, in_second_package()),
            1.5 * ns<TicketLock>(8, two_packages(2000), in_second_package()));
}

}  // namespace
}  // namespace spinlab::simulated
