// The per-thread node pool, by the addresses of the nodes that it hands out.
#include "algorithms/node_pool.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "machines/native/native.hpp"

namespace spinlab {
namespace {

// A type of its own for each test, and so a pool of its own.
template <int kTest>
struct TestNode {
  int value = 0;
};
template <int kTest>
using Pool = NodePool<Native, TestNode<kTest>>;

template <int kTest>
void give_back(const void* lock) {
  Pool<kTest>::give_back_after(lock, [](TestNode<kTest>&) {});
}

constexpr int kDeep = 40;  // More than the pool has inline.
int locks[kDeep];

TEST(NodePool, GivesEachLockHeldAtOnceANodeOfItsOwn) {
  std::set<void*> nodes;
  for (int& lock : locks) nodes.insert(&Pool<0>::take(&lock));
  EXPECT_EQ(nodes.size(), std::size_t{kDeep});
  for (int& lock : locks) give_back<0>(&lock);
}

TEST(NodePool, FindsNodesAgainInAnyOrderOfRelease) {
  TestNode<1>* taken[kDeep];
  for (int i = 0; i < kDeep; ++i) taken[i] = &Pool<1>::take(&locks[i]);
  for (int i = 0; i < kDeep; ++i) {
    const int oldest_then_newest = i % 2 == 0 ? i / 2 : kDeep - 1 - i / 2;
    EXPECT_EQ(&Pool<1>::find(&locks[oldest_then_newest]), taken[oldest_then_newest]);
    give_back<1>(&locks[oldest_then_newest]);
  }
}

TEST(NodePool, UsesANodeAgainAfterItWasGivenBack) {
  TestNode<2>* const first = &Pool<2>::take(&locks[0]);
  give_back<2>(&locks[0]);
  EXPECT_EQ(&Pool<2>::take(&locks[1]), first);
  give_back<2>(&locks[1]);
}

TEST(NodePool, ReleasesTheNodeOfItsLockBeforeItTakesItBack) {
  TestNode<4>* const node = &Pool<4>::take(&locks[0]);
  Pool<4>::take(&locks[1]);
  Pool<4>::give_back_after(&locks[0], [&](TestNode<4>& released) { EXPECT_EQ(&released, node); });
  EXPECT_EQ(&Pool<4>::take(&locks[0]), node);
}

// While a release is under way, and in an order of their own.
TEST(NodePool, IsAsItWasAfterAnInterruptThatUsedItInBetween) {
  Pool<5>::take(&locks[0]);
  Pool<5>::give_back_after(&locks[0], [](TestNode<5>&) {
    for (int lock = 1; lock < kDeep; ++lock) Pool<5>::take(&locks[lock]);
    for (int lock = 1; lock < kDeep; ++lock) give_back<5>(&locks[lock]);
  });
  std::set<void*> nodes;
  for (int& lock : locks) nodes.insert(&Pool<5>::take(&lock));
  EXPECT_EQ(nodes.size(), std::size_t{kDeep});
  for (int& lock : locks) give_back<5>(&lock);
}

TEST(NodePool, KeepsThreadsApart) {
  TestNode<3>* const here = &Pool<3>::take(&locks[0]);
  std::thread([&] {
    EXPECT_NE(&Pool<3>::take(&locks[0]), here);
    give_back<3>(&locks[0]);
  }).join();
  EXPECT_EQ(&Pool<3>::find(&locks[0]), here);
  give_back<3>(&locks[0]);
}

}  // namespace
}  // namespace spinlab
