// Windows of real threads: what they count must add up, and broken locks must be caught.
#include "harness/window.hpp"

#include <gtest/gtest.h>

#include <map>

#include "broken_locks.hpp"
#include "harness/topology.hpp"
#include "tests/harness/allowed_processors.hpp"

namespace spinlab {
namespace {

constexpr double kWindowMs = 5;

WindowMetrics run_window(const spinlab_door& door, const char* workload, int threads,
                         bool lock_per_thread = false) {
  WindowRunner runner({.door = &door,
                       .workload = find_workload(workload),
                       .threads = threads,
                       .lock_per_thread = lock_per_thread},
                      allowed_processors(threads));
  return runner.run({.window_ms = kWindowMs});
}

std::map<std::string, double> counters_of(const WindowMetrics& metrics) {
  return {metrics.counters.begin(), metrics.counters.end()};
}

const spinlab_door& direct(const char* name) { return *find_entrant(name).door("direct"); }

TEST(Window, CountsAddUpForOneThread) {
  const WindowMetrics metrics = run_window(direct("tas"), "shared_line", 1);
  const auto counters = counters_of(metrics);
  EXPECT_FALSE(metrics.exclusion_violated);
  EXPECT_GT(counters.at("acquisitions_per_second"), 0);
  EXPECT_NEAR(counters.at("ns_per_acquisition") * counters.at("acquisitions_per_second"), 1e9, 1);
  EXPECT_EQ(counters.at("handovers_per_acquisition"), 0);
  EXPECT_EQ(counters.at("smallest_share"), 1);
  EXPECT_EQ(counters.at("jain"), 1);
  EXPECT_EQ(counters.at("windows_kept") + counters.at("windows_rejected"), 10);
}

TEST(Window, SharesOfTwoThreadsAddUpToOne) {
  const auto counters = counters_of(run_window(direct("ttas_backoff"), "shared_line", 2));
  EXPECT_NEAR(counters.at("smallest_share") + counters.at("largest_share"), 1, 1e-9);
  EXPECT_GE(counters.at("jain"), 0.5);
}

TEST(Window, AThreadWithALockOfItsOwnHandsNothingOver) {
  const auto counters = counters_of(run_window(direct("ticket"), "shared_line", 2, true));
  EXPECT_EQ(counters.at("handovers_per_acquisition"), 0);
}

TEST(Window, LatenciesAreOrdered) {
  const auto counters = counters_of(run_window(direct("tas"), "empty", 2));
  EXPECT_LE(counters.at("acquire_p50_ns"), counters.at("acquire_p90_ns"));
  EXPECT_LE(counters.at("acquire_p90_ns"), counters.at("acquire_p99_ns"));
  EXPECT_LE(counters.at("acquire_p99_ns"), counters.at("acquire_p999_ns"));
  EXPECT_LE(counters.at("acquire_p999_ns"), counters.at("acquire_max_ns"));
}

// Every contestant that excludes must pass the check with two threads, in every workload.
TEST(Window, FindsNoViolationInAnyLockOrPeer) {
  for (const Entrant& entrant : entrants()) {
    if (entrant.contestant.kind == kKindFloor) continue;
#ifdef SPINLAB_THREAD_SANITIZER  // It sees nothing of what other libraries do in assembly.
    if (entrant.contestant.kind == kKindPeer) continue;
#endif
    for (const Workload& workload : workloads()) {
      for (const std::string_view interface : kInterfaces) {
        const spinlab_door* const door = entrant.door(interface, workload);
        if (door == nullptr) continue;
        WindowRunner runner({.door = door, .workload = workload, .threads = 2},
                            allowed_processors(2));
        EXPECT_FALSE(runner.run({.window_ms = 1}).exclusion_violated)
            << entrant.contestant.name << " through " << interface << " in " << workload.name;
      }
    }
  }
}

#ifndef SPINLAB_THREAD_SANITIZER  // It sees these races itself, and ends the test.
class BrokenLock : public testing::TestWithParam<Entrant> {};

TEST_P(BrokenLock, IsCaughtByTheExclusionCheck) {
  if (Topology::host().processors().size() < 2) GTEST_SKIP() << "needs two processors";
  const Entrant& entrant = GetParam();
  for (const char* workload : {"empty", "shared_line", "private_data", "packet_queue"}) {
    // Beside other tests a window may have had one thread at a time: some window must not.
    bool caught = false;
    for (int window = 0; window < 200 && !caught; ++window) {
      caught = run_window(entrant.doors.front(), workload, 2).exclusion_violated;
    }
    EXPECT_TRUE(caught) << workload;
  }
}

INSTANTIATE_TEST_SUITE_P(All, BrokenLock,
                         testing::Values(broken_entrant<OpenDoor>("open_door"),
                                         broken_entrant<TestThenSet>("test_then_set"),
                                         broken_entrant<RoomForTwo>("room_for_two")),
                         [](const auto& test) { return test.param.contestant.name; });
#endif

}  // namespace
}  // namespace spinlab
