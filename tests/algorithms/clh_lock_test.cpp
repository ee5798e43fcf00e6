// CLH's elements: who owns them, and that none is lost.
#include "algorithms/clh_lock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <thread>

#include "algorithms/thread_nodes.hpp"
#include "machines/native/native.hpp"
#include "tests/contention.hpp"

namespace spinlab {
namespace {

// Counts what lives of what locks made. kTest: a machine of its own for each test.
template <int kTest>
struct Counting : NativeYielding {
  inline static std::atomic<int> made = 0;
  inline static std::atomic<int> alive = 0;

  template <class T>
  static T& make() {
    ++made;
    ++alive;
    return NativeYielding::make<T>();
  }
  template <class T>
  static void destroy(T& object) {
    --alive;
    NativeYielding::destroy(object);
  }
};

TEST(ClhLock, TakesItsPredecessorsElementOver) {
  using M = Counting<0>;
  {
    ClhLock<M> lock;
    ClhLock<M>::Node first, second;
    for (int i = 0; i < 10; ++i) {
      lock.acquire(first);
      lock.release(first);
      lock.acquire(second);
      lock.release(second);
    }
    // One in the lock. The first node made another, since it found no predecessor's.
    EXPECT_EQ(M::made, 3);
    EXPECT_EQ(M::alive, 3);
  }
  EXPECT_EQ(M::alive, 0);
}

TEST(ClhLock, MakesNothingBeforeItsFirstAcquisition) {
  using M = Counting<1>;
  {
    ClhLock<M> lock;
    ClhLock<M>::Node node;
    EXPECT_FALSE(lock.is_held());
  }
  EXPECT_EQ(M::made, 0);
}

TEST(ClhLock, KeepsElementsOfNodesThatAreGone) {
  using M = Counting<2>;
  {
    ClhLock<M> lock;
    for (int i = 0; i < 5; ++i) {
      ClhLock<M>::Node node;
      lock.acquire(node);
      lock.release(node);
      EXPECT_FALSE(lock.is_held());
    }
    EXPECT_EQ(M::alive, 1);
  }
  EXPECT_EQ(M::alive, 0);
}

TEST(ClhLock, LosesNothingWhenThreadsContendAndEnd) {
  using M = Counting<3>;
  {
    ThreadNodes<ClhLock, M> outer, inner;
    expect_exclusion(contend([&](Section& section, bool linger) {
      outer.acquire();
      inner.acquire();
      section.visit(linger);
      outer.release();  // The older first.
      inner.release();
    }));
    EXPECT_EQ(M::alive, 2);  // The threads are gone with what they had.
  }
  EXPECT_EQ(M::alive, 0);
}

TEST(ClhLock, LosesNothingThroughNodesBeyondThePools) {
  using M = Counting<4>;
  constexpr int kDeep = 10;
  {
    ThreadNodes<ClhLock, M> locks[kDeep];
    for (int round = 0; round < 3; ++round) {
      std::thread([&] {
        for (auto& lock : locks) lock.acquire();
        for (auto& lock : locks) lock.release();
      }).join();
    }
    EXPECT_EQ(M::alive, kDeep);
  }
  EXPECT_EQ(M::alive, 0);
}

}  // namespace
}  // namespace spinlab
