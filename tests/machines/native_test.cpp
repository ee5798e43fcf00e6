// The native machine's promises to the locks, one by one.
#include "machines/native/native.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace spinlab {
namespace {

using M = NativeYielding;
template <class T>
using Cell = M::Cell<T>;

TEST(NativeCell, IsNothingButItsValue) {
  static_assert(sizeof(Cell<bool>) == 1 && sizeof(Cell<std::uint32_t>) == 4 &&
                sizeof(Cell<std::uint64_t>) == 8 && sizeof(Cell<void*>) == sizeof(void*));
}

TEST(NativeCell, AwaitReturnsTheFirstValueThatSatisfies) {
  Cell<std::uint32_t> cell{0};
  std::thread writer([&] {
    for (std::uint32_t value = 1; value <= 5; ++value) cell.store(value, memory_order::release);
  });
  EXPECT_GE(cell.await([](std::uint32_t v) { return v >= 3; }, memory_order::acquire), 3U);
  writer.join();
}

TEST(NativeCell, AwaitAsksItsPaceAfterEachValueThatFails) {
  Cell<std::uint32_t> cell{7};
  std::uint32_t asked = 0;
  cell.await([](std::uint32_t v) { return v == 8; }, memory_order::acquire,
             [&](std::uint32_t seen) {
               EXPECT_EQ(seen, 7U);
               if (++asked == 3) cell.store(8, memory_order::release);
               return 0U;
             });
  EXPECT_EQ(asked, 3U);
}

TEST(NativeCell, AwaitForGivesUpAfterItsLooks) {
  Cell<bool> cell{false};
  EXPECT_EQ(cell.await_for([](bool v) { return v; }, memory_order::acquire, 5), std::nullopt);
  cell.store(true, memory_order::relaxed);
  EXPECT_EQ(cell.await_for([](bool v) { return v; }, memory_order::acquire, 5), true);
}

TEST(NativeCell, AwaitExchangeTakesOnlyAValueThatSatisfies) {
  Cell<std::uint32_t> cell{1};
  std::thread releaser([&] { cell.store(0, memory_order::release); });
  EXPECT_EQ(
      cell.await_exchange(1, [](std::uint32_t v) { return v == 0; }, memory_order::acquire), 0U);
  releaser.join();
  EXPECT_EQ(cell.load(memory_order::relaxed), 1U);
}

TEST(NativeCell, AwaitTestExchangeWritesNothingWhileItWaits) {
  Cell<std::uint32_t> cell{1};
  std::uint32_t asked = 0;
  cell.await_test_exchange(
      1, [](std::uint32_t v) { return v == 0; }, memory_order::acquire,
      [&](std::uint32_t) {
        // The first try found 1. A value that no exchange of ours writes must stay.
        ++asked;
        if (asked == 1) cell.store(5, memory_order::relaxed);
        if (asked == 2) {
          EXPECT_EQ(cell.load(memory_order::relaxed), 5U);
        }
        if (asked == 3) cell.store(0, memory_order::relaxed);
        return 0U;
      });
  EXPECT_EQ(asked, 3U);
  EXPECT_EQ(cell.load(memory_order::relaxed), 1U);
}

TEST(NativePark, EndsWhenTheCellHoldsAnotherValue) {
  Cell<std::uint32_t> cell{0};
  M::park(cell, 1);  // Must not sleep.
}

TEST(NativePark, EndsByAWake) {
  Cell<std::uint32_t> cell{1};
  std::thread sleeper([&] {
    while (cell.load(memory_order::acquire) == 1) M::park(cell, 1);
  });
  cell.store(0, memory_order::release);
  M::wake(cell, 1);
  sleeper.join();
}

TEST(NativeRandom, StaysBelowItsBoundAndReachesAllOfIt) {
  std::set<std::uint32_t> seen;
  for (int draw = 0; draw < 1000; ++draw) {
    const std::uint32_t value = M::random(4);
    ASSERT_LT(value, 4U);
    seen.insert(value);
  }
  EXPECT_EQ(seen.size(), 4U);
}

TEST(NativeThreadSlot, IsEachThreadsOwn) {
  struct Tag {
    int value = 3;
  };
  M::thread_slot<Tag>().value = 4;
  std::thread([] { EXPECT_EQ(M::thread_slot<Tag>().value, 3); }).join();
  EXPECT_EQ(M::thread_slot<Tag>().value, 4);
}

TEST(NativeThreadObject, IsANewOneEachTime) {
  EXPECT_NE(&M::thread_object<int>(), &M::thread_object<int>());
}

TEST(ChosenWaiting, WaitsEitherWay) {
  for (const bool yields : {false, true}) {
    ChosenWaiting::yields.store(yields, std::memory_order_relaxed);
    NativeChosen::relax(3);
  }
}

}  // namespace
}  // namespace spinlab
