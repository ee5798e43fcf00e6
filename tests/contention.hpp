// Threads that meet in one critical section, and what they saw there.
#pragma once

#include <gtest/gtest.h>

#include <latch>
#include <thread>
#include <vector>

namespace spinlab {

inline constexpr int kThreads = 4;
// Few: on a loaded host each hand-over of a FIFO lock may cost a time slice of other programs.
inline constexpr int kAcquisitionsPerThread = 500;

// Two plain counters, written only inside the critical section: a violation of exclusion loses an
// increment or is seen as first != second, and is a data race under TSan.
struct Section {
  long first = 0;
  long second = 0;
  bool torn = false;

  void visit(bool linger) {
    torn = torn || first != second;
    ++first;
    if (linger) std::this_thread::yield();  // Hold across a switch: others must queue.
    ++second;
  }
};

// Runs `acquisition(section, linger)` on all threads and returns what was seen.
template <class Acquisition>
Section contend(Acquisition acquisition) {
  Section section;
  std::latch start(kThreads);
  auto worker = [&] {
    start.arrive_and_wait();
    for (int i = 0; i < kAcquisitionsPerThread; ++i) acquisition(section, i % 8 == 0);
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(worker);
  threads.clear();  // Joins.
  return section;
}

inline void expect_exclusion(const Section& section) {
  EXPECT_FALSE(section.torn);
  EXPECT_EQ(section.first, long{kThreads} * kAcquisitionsPerThread);
  EXPECT_EQ(section.second, section.first);
}

}  // namespace spinlab
