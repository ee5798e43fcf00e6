// ExInterlocked* and NdisInterlocked* over every backend, and the unlocked helpers that they use.
#include <gmock/gmock.h>
#include <ndis.h>

#include <array>
#include <atomic>
#include <vector>

#include "tests/contention.hpp"
#include "tests/interface/c_functions.hpp"

namespace spinlab {
namespace {

using testing::ElementsAre;

struct Item {
  int value = 0;
  LIST_ENTRY link;
};

Item* item_of(LIST_ENTRY* link) { return CONTAINING_RECORD(link, Item, link); }

std::vector<int> values_in(const LIST_ENTRY& head) {
  std::vector<int> values;
  for (LIST_ENTRY* link = head.Flink; link != &head; link = link->Flink) {
    EXPECT_EQ(link->Flink->Blink, link);
    values.push_back(item_of(link)->value);
  }
  return values;
}

TEST(UnlockedLists, InsertAndRemoveAtBothEnds) {
  LIST_ENTRY head;
  std::array<Item, 3> items{{{1, {}}, {2, {}}, {3, {}}}};
  InitializeListHead(&head);
  EXPECT_TRUE(IsListEmpty(&head));
  EXPECT_EQ(RemoveHeadList(&head), &head);
  InsertHeadList(&head, &items[1].link);
  InsertHeadList(&head, &items[0].link);
  InsertTailList(&head, &items[2].link);
  EXPECT_THAT(values_in(head), ElementsAre(1, 2, 3));
  EXPECT_FALSE(RemoveEntryList(&items[1].link));
  EXPECT_EQ(RemoveTailList(&head), &items[2].link);
  EXPECT_FALSE(IsListEmpty(&head));
  EXPECT_TRUE(RemoveEntryList(&items[0].link));
  EXPECT_TRUE(IsListEmpty(&head));
}

TEST(UnlockedLists, PushAndPopSingleEntries) {
  SINGLE_LIST_ENTRY head{}, first, second;
  EXPECT_EQ(PopEntryList(&head), nullptr);
  PushEntryList(&head, &first);
  PushEntryList(&head, &second);
  EXPECT_EQ(PopEntryList(&head), &second);
  EXPECT_EQ(PopEntryList(&head), &first);
  EXPECT_EQ(head.Next, nullptr);
}

// At HIGH_LEVEL, which an acquire of the lock would have lost.
class ExInterlocked : public testing::Test {
 protected:
  ExInterlocked() {
    KeInitializeSpinLock(&lock_);
    InitializeListHead(&head_);
    KfRaiseIrql(HIGH_LEVEL);
  }
  ~ExInterlocked() override {
    EXPECT_EQ(KeGetCurrentIrql(), HIGH_LEVEL);
    EXPECT_EQ(KeTestSpinLock(&lock_), TRUE);
    KeLowerIrql(PASSIVE_LEVEL);
  }

  KSPIN_LOCK lock_;
  LIST_ENTRY head_;
  std::array<Item, 3> items_{{{1, {}}, {2, {}}, {3, {}}}};
};

TEST_F(ExInterlocked, InsertHeadTellsTheFormerFirst) {
  EXPECT_EQ(ExInterlockedInsertHeadList(&head_, &items_[0].link, &lock_), nullptr);
  EXPECT_EQ(ExInterlockedInsertHeadList(&head_, &items_[1].link, &lock_), &items_[0].link);
  EXPECT_EQ(ExInterlockedInsertHeadList(&head_, &items_[2].link, &lock_), &items_[1].link);
  EXPECT_THAT(values_in(head_), ElementsAre(3, 2, 1));
}

TEST_F(ExInterlocked, InsertTailTellsTheFormerLast) {
  EXPECT_EQ(ExInterlockedInsertTailList(&head_, &items_[0].link, &lock_), nullptr);
  EXPECT_EQ(ExInterlockedInsertTailList(&head_, &items_[1].link, &lock_), &items_[0].link);
  EXPECT_EQ(ExInterlockedInsertTailList(&head_, &items_[2].link, &lock_), &items_[1].link);
  EXPECT_THAT(values_in(head_), ElementsAre(1, 2, 3));
}

TEST_F(ExInterlocked, RemoveHeadTellsTheEntryOrNull) {
  EXPECT_EQ(ExInterlockedRemoveHeadList(&head_, &lock_), nullptr);
  ExInterlockedInsertTailList(&head_, &items_[0].link, &lock_);
  ExInterlockedInsertTailList(&head_, &items_[1].link, &lock_);
  EXPECT_EQ(ExInterlockedRemoveHeadList(&head_, &lock_), &items_[0].link);
  EXPECT_EQ(ExInterlockedRemoveHeadList(&head_, &lock_), &items_[1].link);
  EXPECT_EQ(ExInterlockedRemoveHeadList(&head_, &lock_), nullptr);
  EXPECT_TRUE(IsListEmpty(&head_));
}

TEST_F(ExInterlocked, PushAndPopTellTheFormerFirstAndTheEntry) {
  SINGLE_LIST_ENTRY head{}, first, second;
  EXPECT_EQ(ExInterlockedPopEntryList(&head, &lock_), nullptr);
  EXPECT_EQ(ExInterlockedPushEntryList(&head, &first, &lock_), nullptr);
  EXPECT_EQ(ExInterlockedPushEntryList(&head, &second, &lock_), &first);
  EXPECT_EQ(ExInterlockedPopEntryList(&head, &lock_), &second);
  EXPECT_EQ(ExInterlockedPopEntryList(&head, &lock_), &first);
  EXPECT_EQ(ExInterlockedPopEntryList(&head, &lock_), nullptr);
}

TEST_F(ExInterlocked, AddsTellTheOldValueAndWrapAround) {
  ULONG sum = 0xFFFFFFFF;
  EXPECT_EQ(ExInterlockedAddUlong(&sum, 2, &lock_), 0xFFFFFFFF);
  EXPECT_EQ(sum, 1U);
  LARGE_INTEGER large, increment;
  large.QuadPart = 0xFFFFFFFF;
  increment.QuadPart = 1;
  EXPECT_EQ(ExInterlockedAddLargeInteger(&large, increment, &lock_).QuadPart, 0xFFFFFFFF);
  EXPECT_EQ(large.HighPart, 1);
  EXPECT_EQ(large.LowPart, 0U);
  increment.QuadPart = -2;
  ExInterlockedAddLargeInteger(&large, increment, &lock_);
  EXPECT_EQ(large.QuadPart, 0xFFFFFFFE);
}

TEST_F(ExInterlocked, CompareExchange64TellsTheOldValue) {
  LONGLONG place = 5, wanted = 9, comparand = 4;
  EXPECT_EQ(ExInterlockedCompareExchange64(&place, &wanted, &comparand, &lock_), 5);
  EXPECT_EQ(place, 5);
  comparand = 5;
  EXPECT_EQ(ExInterlockedCompareExchange64(&place, &wanted, &comparand, &lock_), 5);
  EXPECT_EQ(place, 9);
}

TEST_F(ExInterlocked, AddLargeStatisticAddsUnsigned) {
  LARGE_INTEGER sum;
  sum.QuadPart = 1;
  ExInterlockedAddLargeStatistic(&sum, 0xFFFFFFFF);
  EXPECT_EQ(sum.QuadPart, 0x100000000);
}

// A program may look them up at run time.
TEST(ExInterlockedFunctions, OfSListsAndNumbersHaveAddresses) {
  EXPECT_NE(reinterpret_cast<void*>(&(ExInitializeSListHead)), nullptr);
  EXPECT_NE(reinterpret_cast<void*>(&(ExInterlockedPushEntrySList)), nullptr);
  EXPECT_NE(reinterpret_cast<void*>(&(ExInterlockedPopEntrySList)), nullptr);
  EXPECT_NE(reinterpret_cast<void*>(&(ExInterlockedCompareExchange64)), nullptr);
}

TEST(InterlockedNumbers, TellTheNewValueOfAnAddition) {
  LONG number = 5;
  LONG64 wide = 0xFFFFFFFF;
  EXPECT_EQ(InterlockedIncrement(&number), 6);
  EXPECT_EQ(InterlockedDecrement(&number), 5);
  EXPECT_EQ(InterlockedAdd(&number, -7), -2);
  EXPECT_EQ(InterlockedIncrement64(&wide), 0x100000000);
  EXPECT_EQ(InterlockedDecrement64(&wide), 0xFFFFFFFF);
  EXPECT_EQ(InterlockedAdd64(&wide, 2), 0x100000001);
}

TEST(InterlockedNumbers, TellTheOldValueOfAnExchange) {
  LONG number = 6;
  LONG64 wide = 8;
  EXPECT_EQ(InterlockedExchangeAdd(&number, 6), 6);
  EXPECT_EQ(InterlockedAnd(&number, 9), 12);
  EXPECT_EQ(InterlockedOr(&number, 3), 8);
  EXPECT_EQ(InterlockedXor(&number, 2), 11);
  EXPECT_EQ(InterlockedExchange(&number, 4), 9);
  EXPECT_EQ(number, 4);
  EXPECT_EQ(InterlockedExchangeAdd64(&wide, 2), 8);
  EXPECT_EQ(InterlockedExchange64(&wide, 3), 10);
  EXPECT_EQ(wide, 3);
}

TEST(InterlockedNumbers, AreStoredIfTheyWereTheComparand) {
  LONG number = 1;
  LONG64 wide = 1;
  EXPECT_EQ(InterlockedCompareExchange(&number, 9, 2), 1);
  EXPECT_EQ(InterlockedCompareExchange(&number, 9, 1), 1);
  EXPECT_EQ(number, 9);
  EXPECT_EQ(InterlockedCompareExchange64(&wide, 9, 2), 1);
  EXPECT_EQ(InterlockedCompareExchange64(&wide, 9, 1), 1);
  EXPECT_EQ(wide, 9);
}

TEST(InterlockedPointers, AreExchanged) {
  int first = 0, second = 0;
  PVOID pointer = &first;
  EXPECT_EQ(InterlockedExchangePointer(&pointer, &second), &first);
  EXPECT_EQ(InterlockedCompareExchangePointer(&pointer, &first, &first), &second);
  EXPECT_EQ(InterlockedCompareExchangePointer(&pointer, &first, &second), &second);
  EXPECT_EQ(pointer, &first);
}

TEST(ExInterlockedContended, LosesNoEntryAndNoSum) {
  KSPIN_LOCK lock;
  KeInitializeSpinLock(&lock);
  ULONG sum = 0;
  LARGE_INTEGER large_sum{};
  LARGE_INTEGER one;
  one.QuadPart = 1;
  LIST_ENTRY head;
  InitializeListHead(&head);
  SINGLE_LIST_ENTRY single{};
  std::array<Item, kThreads> items;
  std::array<SINGLE_LIST_ENTRY, kThreads> singles;
  for (Item& item : items) ExInterlockedInsertHeadList(&head, &item.link, &lock);
  for (SINGLE_LIST_ENTRY& entry : singles) ExInterlockedPushEntryList(&single, &entry, &lock);
  contend([&](Section&, bool at_head) {
    ExInterlockedAddUlong(&sum, 1, &lock);
    ExInterlockedAddLargeInteger(&large_sum, one, &lock);
    LIST_ENTRY* const link = ExInterlockedRemoveHeadList(&head, &lock);
    ++item_of(link)->value;  // Ours alone: as many entries as threads.
    if (at_head) {
      ExInterlockedInsertHeadList(&head, link, &lock);
    } else {
      ExInterlockedInsertTailList(&head, link, &lock);
    }
    ExInterlockedPushEntryList(&single, ExInterlockedPopEntryList(&single, &lock), &lock);
  });
  constexpr int kAll = kThreads * kAcquisitionsPerThread;
  EXPECT_EQ(sum, static_cast<ULONG>(kAll));
  EXPECT_EQ(large_sum.QuadPart, kAll);
  int visits = 0;
  for (const int value : values_in(head)) visits += value;
  EXPECT_EQ(visits, kAll);
}

TEST(NdisInterlocked, GoesThroughTheSpinLockOfTheLock) {
  NDIS_SPIN_LOCK lock;
  NdisAllocateSpinLock(&lock);
  LIST_ENTRY head;
  InitializeListHead(&head);
  Item first, second;
  ULONG sum = 3;
  EXPECT_EQ(NdisInterlockedAddUlong(&sum, 4, &lock), 3U);
  EXPECT_EQ(sum, 7U);
  EXPECT_EQ(NdisInterlockedInsertHeadList(&head, &second.link, &lock), nullptr);
  EXPECT_EQ(NdisInterlockedInsertHeadList(&head, &first.link, &lock), &second.link);
  EXPECT_EQ(NdisInterlockedRemoveHeadList(&head, &lock), &first.link);
  EXPECT_EQ(NdisInterlockedInsertTailList(&head, &first.link, &lock), &second.link);
  EXPECT_EQ(NdisInterlockedRemoveHeadList(&head, &lock), &second.link);
  EXPECT_EQ(NdisInterlockedRemoveHeadList(&head, &lock), &first.link);
  EXPECT_EQ(NdisInterlockedRemoveHeadList(&head, &lock), nullptr);
  NdisFreeSpinLock(&lock);
}

TEST(NdisInterlocked, CountsWithoutALock) {
  LONG count = 0;
  EXPECT_EQ(NdisInterlockedIncrement(&count), 1);
  EXPECT_EQ(NdisInterlockedDecrement(&count), 0);
  LARGE_INTEGER sum{};
  NdisInterlockedAddLargeStatistic(&sum, 5);
  EXPECT_EQ(sum.QuadPart, 5);
}

// The lists' lock is taken while an S-list is used with it: S-lists do not need it.
TEST(NdisInterlocked, SListsDoNotTouchTheLock) {
  NDIS_SPIN_LOCK lock;
  NdisAllocateSpinLock(&lock);
  NdisAcquireSpinLock(&lock);
  SLIST_HEADER head;
  NdisInitializeSListHead(&head);
  SLIST_ENTRY entry;
  EXPECT_EQ(NdisInterlockedPushEntrySList(&head, &entry, &lock), nullptr);
  EXPECT_EQ(NdisQueryDepthSList(&head), 1);
  EXPECT_EQ(NdisInterlockedPopEntrySList(&head, &lock), &entry);
  EXPECT_EQ(NdisInterlockedPopEntrySList(&head, &lock), nullptr);
  NdisReleaseSpinLock(&lock);
  NdisFreeSpinLock(&lock);
}

}  // namespace
}  // namespace spinlab
