// S-lists: what a header shows, and that no entry is lost or handed out twice.
#include <gmock/gmock.h>
#include <wdm.h>

#include <vector>

#include "tests/contention.hpp"

namespace spinlab {
namespace {

class SListHeader : public testing::Test {
 protected:
  SListHeader() { InitializeSListHead(&head_); }

  SLIST_HEADER head_;
  SLIST_ENTRY first_, second_;
};

TEST_F(SListHeader, IsEmptyWhenInitialised) {
  EXPECT_EQ(head_.Alignment, 0U);
  EXPECT_EQ(head_.Region, 0U);
  EXPECT_EQ(InterlockedPopEntrySList(&head_), nullptr);
  EXPECT_EQ(InterlockedFlushSList(&head_), nullptr);
  EXPECT_EQ(FirstEntrySList(&head_), nullptr);
  EXPECT_EQ(ExQueryDepthSList(&head_), 0);
}

TEST_F(SListHeader, PushTellsTheFormerFirst) {
  EXPECT_EQ(InterlockedPushEntrySList(&head_, &first_), nullptr);
  EXPECT_EQ(ExInterlockedPushEntrySList(&head_, &second_, nullptr), &first_);
  EXPECT_EQ(FirstEntrySList(&head_), &second_);
  EXPECT_EQ(second_.Next, &first_);
  EXPECT_EQ(first_.Next, nullptr);
}

TEST_F(SListHeader, PopTakesTheNewestFirst) {
  InterlockedPushEntrySList(&head_, &first_);
  InterlockedPushEntrySList(&head_, &second_);
  EXPECT_EQ(InterlockedPopEntrySList(&head_), &second_);
  EXPECT_EQ(ExInterlockedPopEntrySList(&head_, nullptr), &first_);
  EXPECT_EQ(InterlockedPopEntrySList(&head_), nullptr);
}

TEST_F(SListHeader, ShowsDepthSequenceAndTheShiftedAddress) {
  InterlockedPushEntrySList(&head_, &first_);
  InterlockedPushEntrySList(&head_, &second_);
  EXPECT_EQ(head_.HeaderX64.Depth, 2U);
  EXPECT_EQ(head_.HeaderX64.Sequence, 2U);
  EXPECT_EQ(head_.HeaderX64.NextEntry, reinterpret_cast<ULONG_PTR>(&second_) >> 4);
  EXPECT_EQ(ExQueryDepthSList(&head_), 2);
  EXPECT_EQ(QueryDepthSList(&head_), 2);
}

TEST_F(SListHeader, SequenceGrowsOnPushOnly) {
  InterlockedPushEntrySList(&head_, &first_);
  InterlockedPopEntrySList(&head_);
  EXPECT_EQ(head_.HeaderX64.Sequence, 1U);
  EXPECT_EQ(head_.HeaderX64.Depth, 0U);
  InterlockedPushEntrySList(&head_, &first_);
  ExInterlockedFlushSList(&head_);
  EXPECT_EQ(head_.HeaderX64.Sequence, 2U);
}

TEST_F(SListHeader, FlushTakesAllLinkedByNext) {
  InterlockedPushEntrySList(&head_, &first_);
  InterlockedPushEntrySList(&head_, &second_);
  SLIST_ENTRY* const all = ExInterlockedFlushSList(&head_);
  EXPECT_EQ(all, &second_);
  EXPECT_EQ(all->Next, &first_);
  EXPECT_EQ(all->Next->Next, nullptr);
  EXPECT_EQ(FirstEntrySList(&head_), nullptr);
  EXPECT_EQ(ExQueryDepthSList(&head_), 0);
}

TEST_F(SListHeader, WorksAtHighLevelWithoutTouchingTheIrql) {
  KfRaiseIrql(HIGH_LEVEL);
  InterlockedPushEntrySList(&head_, &first_);
  EXPECT_EQ(InterlockedPopEntrySList(&head_), &first_);
  EXPECT_EQ(KeGetCurrentIrql(), HIGH_LEVEL);
  KeLowerIrql(PASSIVE_LEVEL);
}

// Fewer entries than threads: the same ones come and go, as ABA wants it.
TEST(SListContended, HandsEachEntryToOneThreadAtATime) {
  struct Item {
    SLIST_ENTRY link;
    long visits = 0;  // Plain: its owner's.
  };
  std::vector<Item> items(kThreads - 1);
  SLIST_HEADER head;
  InitializeSListHead(&head);
  for (Item& item : items) InterlockedPushEntrySList(&head, &item.link);
  contend([&head](Section&, bool flushes) {
    SLIST_ENTRY* taken;
    do {
      taken = flushes ? InterlockedFlushSList(&head) : InterlockedPopEntrySList(&head);
      if (taken == nullptr) std::this_thread::yield();
    } while (taken == nullptr);
    ++CONTAINING_RECORD(taken, Item, link)->visits;
    while (taken != nullptr) {
      SLIST_ENTRY* const next = flushes ? taken->Next : nullptr;
      InterlockedPushEntrySList(&head, taken);
      taken = next;
    }
  });
  long visits = 0;
  for (const Item& item : items) visits += item.visits;
  EXPECT_EQ(visits, long{kThreads} * kAcquisitionsPerThread);
  EXPECT_EQ(ExQueryDepthSList(&head), items.size());
  // Every thread's pushes, and the first ones; a flush may have returned several.
  EXPECT_GE(head.HeaderX64.Sequence, static_cast<ULONGLONG>(visits) + items.size());
}

}  // namespace
}  // namespace spinlab
