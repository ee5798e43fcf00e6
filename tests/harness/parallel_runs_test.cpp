#include "harness/parallel_runs.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>

namespace spinlab {
namespace {

constexpr std::size_t kCount = 100;

SharedProgress quiet(std::size_t count) {
  return {"test", count, [](std::size_t index) { return std::to_string(index); }};
}

TEST(RunParallel, RunsEveryTaskOnceWhateverTheNumberOfJobs) {
  for (const int jobs : {1, 3, 16}) {
    std::array<std::atomic<int>, kCount> times{};
    SharedProgress progress = quiet(kCount);
    EXPECT_TRUE(run_parallel(kCount, jobs, [&](std::size_t index) { ++times[index]; }, progress));
    for (const auto& of_one : times) EXPECT_EQ(of_one, 1) << jobs;
  }
}

TEST(RunParallel, OfNothingIsDone) {
  SharedProgress progress = quiet(0);
  EXPECT_TRUE(run_parallel(0, 2, [](std::size_t) { FAIL(); }, progress));
}

// Ends only if all of them run at once, on however few processors.
TEST(RunParallel, RunsAsManyAtATimeAsThereAreJobs) {
  constexpr int kJobs = 4;
  std::latch all(kJobs);
  SharedProgress progress = quiet(kJobs);
  EXPECT_TRUE(run_parallel(kJobs, kJobs, [&](std::size_t) { all.arrive_and_wait(); }, progress));
}

TEST(RunParallel, OfOneJobRunsOneTaskAtATime) {
  std::atomic<int> running{0};
  SharedProgress progress = quiet(kCount);
  const auto task = [&](std::size_t) {
    EXPECT_EQ(++running, 1);
    --running;
  };
  EXPECT_TRUE(run_parallel(kCount, 1, task, progress));
}

TEST(RunParallel, HandsOnTheExceptionOfATask) {
  SharedProgress progress = quiet(kCount);
  const auto task = [](std::size_t index) {
    if (index == 42) throw std::runtime_error("the answer");
  };
  EXPECT_THROW(run_parallel(kCount, 2, task, progress), std::runtime_error);
}

TEST(RunParallel, StartsNothingMoreOnceInterrupted) {
  std::atomic<int> ran{0};
  SharedProgress progress = quiet(kCount);
  const auto task = [&](std::size_t) { ++ran; };
  EXPECT_FALSE(run_parallel(kCount, 1, task, progress, [&] { return ran >= 10; }));
  EXPECT_EQ(ran, 10);
}

TEST(RunParallel, IsDoneIfTheInterruptCameAfterTheLastStart) {
  std::atomic<bool> interrupted{false};
  SharedProgress progress = quiet(1);
  const auto task = [&](std::size_t) { interrupted = true; };
  EXPECT_TRUE(run_parallel(1, 2, task, progress, [&] { return interrupted.load(); }));
}

}  // namespace
}  // namespace spinlab
