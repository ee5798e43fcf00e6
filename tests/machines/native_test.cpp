// The native machine's promises to the locks, one by one.
#include "machines/native/native.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <latch>
#include <set>
#include <string>
#include <thread>
#include <vector>

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

TEST(NativeCell, TellsAPaceWhatItsLookTookWithinLimits) {
  Native::Cell<std::uint32_t> cell{0};
  std::uint32_t asked = 0;
  const auto pace = [&](std::uint32_t seen, std::uint32_t cost) {
    EXPECT_EQ(seen, 0U);
    EXPECT_GE(cost, 1U);
    EXPECT_LE(cost, kMostLookUnits);
    return ++asked, 1U;
  };
  cell.await_for([](std::uint32_t v) { return v == 1; }, memory_order::acquire, 5, pace);
  EXPECT_EQ(asked, 5U);
}

TEST(NativeWaiting, WeighsALookInItsOwnUnits) {
  constexpr std::uint64_t kLong = std::uint64_t{1} << 50;
  EXPECT_EQ(PauseWaiting::units_in(0), 1U);
  EXPECT_EQ(PauseWaiting::units_in(kLong), 1U);  // An interruption.
  EXPECT_EQ(YieldWaiting::units_in(kLong), 1U);
  EXPECT_EQ(ChosenWaiting::units_in(kLong), 1U);
  ChosenWaiting::yields = true;
  EXPECT_EQ(ChosenWaiting::units_in(kLong), 1U);
  ChosenWaiting::yields = false;
}

TEST(LookCost, IsTheTimeUpToTheMostAndTheLeastForAnInterruption) {
  EXPECT_EQ(look_cost(0), 1U);
  EXPECT_EQ(look_cost(19), 19U);
  EXPECT_EQ(look_cost(kMostLookUnits), kMostLookUnits);
  EXPECT_EQ(look_cost(kMostLookUnits + 1), 1U);
  EXPECT_EQ(look_cost(~std::uint64_t{0}), 1U);  // A counter that went back between two processors.
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

TEST(NativeCell, FetchesAndSetsBits) {
  Cell<std::uint32_t> cell{0x0F};
  EXPECT_EQ(cell.fetch_or(0xF0, memory_order::relaxed), 0x0FU);
  EXPECT_EQ(cell.fetch_and(0x3C, memory_order::relaxed), 0xFFU);
  EXPECT_EQ(cell.load(memory_order::relaxed), 0x3CU);
}

TEST(NativePart, IsTheNthOfItsCellLowestFirst) {
  Cell<std::uint32_t> cell{0x44332211};
  EXPECT_EQ((cell.part<std::uint8_t, 0>().load(memory_order::relaxed)), 0x11);
  EXPECT_EQ((cell.part<std::uint8_t, 3>().load(memory_order::relaxed)), 0x44);
  EXPECT_EQ((cell.part<std::uint16_t, 1>().load(memory_order::relaxed)), 0x4433);
}

TEST(NativePart, WritesNothingBesideItself) {
  Cell<std::uint32_t> cell{0x44332211};
  cell.part<std::uint8_t, 1>().store(0xAA, memory_order::release);
  EXPECT_EQ(cell.load(memory_order::relaxed), 0x4433AA11U);
  EXPECT_EQ((cell.part<std::uint16_t, 1>().exchange(0xBBCC, memory_order::acq_rel)), 0x4433);
  EXPECT_EQ(cell.load(memory_order::relaxed), 0xBBCCAA11U);
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

// Counts those that live, in whatever thread.
struct Counted {
  inline static std::atomic<int> alive = 0;
  int value = 7;
  Counted() { ++alive; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() {
    value = 0;
    --alive;
  }
};

TEST(NativeThreadSlot, EndsWithTheThread) {
  struct Owner {
    Counted* owned = nullptr;
    ~Owner() { delete owned; }
  };
  std::thread([] {
    M::thread_slot<Owner>().owned = new Counted;
    EXPECT_EQ(M::thread_slot<Owner>().owned->value, 7);
    EXPECT_EQ(Counted::alive, 1);
  }).join();
  EXPECT_EQ(Counted::alive, 0);
}

// Destructors of thread_local objects, older or newer ones, may lock still.
TEST(NativeThreadSlot, EndsAfterTheThreadLocalObjects) {
  struct Slot {
    int value = 7;
    ~Slot() { value = 0; }
  };
  struct Late {
    int* seen;
    ~Late() { *seen = M::thread_slot<Slot>().value; }
  };
  int seen = 0;
  std::thread([&] {
    static thread_local Late late{&seen};
    late.seen = &seen;
    M::thread_slot<Slot>().value = 9;
  }).join();
  EXPECT_EQ(seen, 9);
}

// As another library's end of the thread would come.
TEST(NativeThreadSlot, IsANewOneForThoseWhoComeAfterItsEnd) {
  struct Slot {
    int value = 7;
    ~Slot() { value = 0; }
  };
  struct Late : ThreadEnd::Task {
    int seen = 0;
  };
  Late late;
  late.run = [](ThreadEnd::Task& task) {
    static_cast<Late&>(task).seen = M::thread_slot<Slot>().value;
  };
  std::thread([&] {
    ThreadEnd::add(late);  // Older than the slot: runs after its end.
    M::thread_slot<Slot>().value = 9;
  }).join();
  EXPECT_EQ(late.seen, 7);
}

TEST(NativeThreadEnd, RunsATaskOnceThoughItIsAddedTwiceAndTheNewestFirst) {
  struct Traced : ThreadEnd::Task {
    std::string* trace = nullptr;
    char name = 0;
  };
  std::string trace;
  Traced first, second;
  first.name = '1';
  second.name = '2';
  for (Traced* task : {&first, &second}) {
    task->trace = &trace;
    task->run = [](ThreadEnd::Task& ended) {
      auto& self = static_cast<Traced&>(ended);
      *self.trace += self.name;
    };
  }
  std::thread([&] {
    ThreadEnd::add(first);
    ThreadEnd::add(second);
    ThreadEnd::add(first);
  }).join();
  EXPECT_EQ(trace, "21");
}

TEST(NativeThreadSlot, IsReachedByIndexFromAnyThread) {
  struct Tag {
    std::atomic<int> value{0};
  };
  const std::uint32_t here = M::thread_index();
  M::thread_slot<Tag>(here).value = 4;
  std::thread([here] {
    EXPECT_EQ(M::thread_slot<Tag>(here).value, 4);
    M::thread_slot<Tag>(M::thread_index()).value = 5;
  }).join();
  EXPECT_EQ(M::thread_slot<Tag>(here).value, 4);
}

TEST(NativeThreadIndex, IsTheThreadsOwnWhileItLivesAndLowestFirst) {
  constexpr std::size_t kThreads = 70;  // More than one word of the table.
  std::latch all_have_one(kThreads);
  std::vector<std::uint32_t> indices(kThreads);
  std::vector<std::jthread> threads;
  for (std::uint32_t& index : indices) {
    threads.emplace_back([&] {
      index = M::thread_index();
      all_have_one.arrive_and_wait();
      EXPECT_EQ(M::thread_index(), index);
    });
  }
  threads.clear();  // Joins.
  const std::set<std::uint32_t> different(indices.begin(), indices.end());
  EXPECT_EQ(different.size(), kThreads);
  EXPECT_LE(*different.rbegin(), kThreads);  // This thread may have one, too.
}

TEST(NativeThreadIndex, GoesToAnotherThreadAfterItsThreadEnded) {
  M::thread_index();
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 5; ++i) std::thread([&] { seen.insert(M::thread_index()); }).join();
  EXPECT_EQ(seen.size(), 1U);
  EXPECT_FALSE(seen.contains(M::thread_index()));
}

TEST(NativeThreadIndex, IsKeptWhileThreadLocalObjectsEnd) {
  struct Late {
    std::uint32_t seen = 0;
    ~Late() { EXPECT_EQ(M::thread_index(), seen); }
  };
  M::thread_index();
  std::thread([] {
    static thread_local Late late;  // Older than the index.
    late.seen = M::thread_index();
    std::thread([&] { EXPECT_NE(M::thread_index(), late.seen); }).join();
  }).join();
}

TEST(NativeMake, LivesUntilAnyThreadDestroysIt) {
  Counted* made = nullptr;
  std::thread([&] { made = &M::make<Counted>(); }).join();
  EXPECT_EQ(Counted::alive, 1);
  EXPECT_EQ(made->value, 7);
  M::destroy(*made);
  EXPECT_EQ(Counted::alive, 0);
}

TEST(NativeMake, KeepsTheAlignmentOfItsType) {
  struct alignas(M::kLineBytes) Line {
    char byte = 0;
  };
  Line& line = M::make<Line>();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&line) % M::kLineBytes, 0U);
  M::destroy(line);
}

TEST(NativeMake, HandsOutNoObjectTwice) {
  struct Owned {
    std::atomic<int> owners{0};
  };
  std::latch start(2);
  const auto make_and_destroy = [&start] {
    start.arrive_and_wait();
    for (int turn = 0; turn < 300; ++turn) {
      std::vector<Owned*> made(7 + turn % 300);
      for (Owned*& one : made) one = &M::make<Owned>();
      for (Owned* one : made) EXPECT_EQ(one->owners++, 0);
      for (Owned* one : made) M::destroy(*one);
    }
  };
  std::jthread other(make_and_destroy);
  make_and_destroy();
}

TEST(NativeShared, IsOneForAllThreads) {
  struct Tag {
    std::atomic<int> value{3};
  };
  M::shared<Tag>().value = 4;
  std::thread([] { EXPECT_EQ(M::shared<Tag>().value++, 4); }).join();
  EXPECT_EQ(M::shared<Tag>().value, 5);
}

TEST(NativeNode, IsOneOfTheHosts) {
  if (!std::filesystem::exists("/sys/devices/system/node")) GTEST_SKIP() << "no nodes in /sys";
  EXPECT_TRUE(std::filesystem::exists("/sys/devices/system/node/node" + std::to_string(M::node())));
}

TEST(NativeThreadObject, IsANewOneEachTime) {
  EXPECT_NE(&M::thread_object<int>(), &M::thread_object<int>());
}

TEST(NativeThreadObject, EndsWithTheThread) {
  std::thread([] {
    M::thread_object<Counted>();
    M::thread_object<Counted>();
    EXPECT_EQ(Counted::alive, 2);
  }).join();
  EXPECT_EQ(Counted::alive, 0);
}

TEST(ChosenWaiting, WaitsEitherWay) {
  for (const bool yields : {false, true}) {
    ChosenWaiting::yields.store(yields, std::memory_order_relaxed);
    NativeChosen::relax(3);
  }
}

}  // namespace
}  // namespace spinlab
