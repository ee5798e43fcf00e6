// Threads that start on their processor.
#include "harness/pinned_thread.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <utility>
#include <vector>

#include "harness/topology.hpp"

namespace spinlab {
namespace {

TEST(PinnedThread, MayRunOnItsProcessorAndNoOther) {
  for (const int processor : Topology::host().processors()) {
    cpu_set_t affinity;
    int running_on = -1;
    PinnedThread thread(processor, [&] {
      running_on = sched_getcpu();
      sched_getaffinity(0, sizeof affinity, &affinity);
    });
    thread.join();
    if (!thread.pinned()) GTEST_SKIP() << "pinning is refused here";
    EXPECT_EQ(running_on, processor);
    EXPECT_EQ(CPU_COUNT(&affinity), 1);
    EXPECT_TRUE(CPU_ISSET(processor, &affinity));
  }
}

TEST(PinnedThread, RunsUnpinnedAndSaysSoIfTheProcessorIsNotThere) {
  for (const int missing : {1'000, 100'000}) {
    bool ran = false;
    PinnedThread thread(missing, [&ran] { ran = true; });
    thread.join();
    EXPECT_FALSE(thread.pinned());
    EXPECT_TRUE(ran);
  }
}

TEST(PinnedThread, IsNotPinnedIfAnyProcessorWillDo) {
  bool ran = false;
  PinnedThread thread(PinnedThread::kAnyProcessor, [&ran] { ran = true; });
  thread.join();
  EXPECT_FALSE(thread.pinned());
  EXPECT_TRUE(ran);
}

TEST(PinnedThread, IsJoinedByItsDestructor) {
  bool ran = false;
  {
    const PinnedThread thread(0, [&ran] { ran = true; });
  }
  EXPECT_TRUE(ran);
}

TEST(PinnedThread, CanBeJoinedTwice) {
  PinnedThread thread(0, [] {});
  thread.join();
  thread.join();
}

TEST(PinnedThread, RunsOnWhileItsOwnerMoves) {
  std::atomic<int> ran = 0;
  {
    std::vector<PinnedThread> threads;  // Grows, and so moves them.
    for (int i = 0; i < 9; ++i) threads.emplace_back(0, [&ran] { ++ran; });
    PinnedThread first = std::move(threads.front());
    first = PinnedThread(0, [&ran] { ++ran; });  // Joins the one that it had.
  }
  EXPECT_EQ(ran, 10);
}

}  // namespace
}  // namespace spinlab
