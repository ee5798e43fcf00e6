// NDIS_RW_LOCK_EX: states, IRQL, recursion, and that it excludes.
#include <gmock/gmock.h>
#include <ndis.h>

#include <atomic>
#include <latch>
#include <thread>

#include "tests/contention.hpp"

namespace spinlab {
namespace {

class NdisRwLock : public testing::Test {
 protected:
  NdisRwLock() { EXPECT_NE(lock_, nullptr); }
  ~NdisRwLock() override {
    NdisFreeRWLock(lock_);
    KeLowerIrql(PASSIVE_LEVEL);
  }

  PNDIS_RW_LOCK_EX lock_ = NdisAllocateRWLock(nullptr);
};

TEST_F(NdisRwLock, RaisesAndRestoresTheIrqlInBothModes) {
  KfRaiseIrql(APC_LEVEL);
  for (const auto acquire : {NdisAcquireRWLockRead, NdisAcquireRWLockWrite}) {
    LOCK_STATE_EX state;
    acquire(lock_, &state, 0);
    EXPECT_EQ(state.OldIrql, APC_LEVEL);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    NdisReleaseRWLock(lock_, &state);
    EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
  }
}

TEST_F(NdisRwLock, AtDispatchLevelLeavesTheIrql) {
  KeRaiseIrqlToDpcLevel();
  for (const auto acquire : {NdisAcquireRWLockRead, NdisAcquireRWLockWrite}) {
    LOCK_STATE_EX state;
    acquire(lock_, &state, NDIS_RWL_AT_DISPATCH_LEVEL);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    NdisReleaseRWLock(lock_, &state);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  }
}

using UncheckedNdisRwLock = NdisRwLock;

TEST_F(UncheckedNdisRwLock, AtDispatchLevelWorksAtPassiveAndLeavesTheIrql) {
  for (const auto acquire : {NdisAcquireRWLockRead, NdisAcquireRWLockWrite}) {
    LOCK_STATE_EX state;
    acquire(lock_, &state, NDIS_RWL_AT_DISPATCH_LEVEL);
    EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KfRaiseIrql(DISPATCH_LEVEL);
    NdisReleaseRWLock(lock_, &state);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(PASSIVE_LEVEL);
  }
}

// Whether a thread of its own gets the lock before it is allowed to: it tells when it has.
class Other {
 public:
  template <class Acquire>
  Other(PNDIS_RW_LOCK_EX lock, Acquire acquire)
      : thread_([this, lock, acquire] {
          acquire(lock, &state_, 0);
          inside_ = true;
          NdisReleaseRWLock(lock, &state_);
        }) {}
  bool is_in_after_a_while() const {
    for (int look = 0; look < 200 && !inside_; ++look) std::this_thread::yield();
    return inside_;
  }
  void join() { thread_.join(); }

 private:
  LOCK_STATE_EX state_;
  std::atomic<bool> inside_ = false;
  std::thread thread_;
};

TEST_F(NdisRwLock, ReadersShareAndRecurseThoughAWriterWaits) {
  LOCK_STATE_EX outer, inner;
  NdisAcquireRWLockRead(lock_, &outer, 0);
  Other reader(lock_, NdisAcquireRWLockRead);
  reader.join();
  EXPECT_TRUE(reader.is_in_after_a_while());
  Other writer(lock_, NdisAcquireRWLockWrite);
  EXPECT_FALSE(writer.is_in_after_a_while());
  NdisAcquireRWLockRead(lock_, &inner, 0);
  NdisReleaseRWLock(lock_, &inner);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  EXPECT_FALSE(writer.is_in_after_a_while());
  NdisReleaseRWLock(lock_, &outer);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  writer.join();
}

TEST_F(NdisRwLock, AWriterRecursesAndKeepsOthersOutUntilItsLastRelease) {
  LOCK_STATE_EX outer, inner, read;
  NdisAcquireRWLockWrite(lock_, &outer, 0);
  NdisAcquireRWLockWrite(lock_, &inner, 0);
  NdisAcquireRWLockRead(lock_, &read, 0);
  Other reader(lock_, NdisAcquireRWLockRead);
  Other writer(lock_, NdisAcquireRWLockWrite);
  NdisReleaseRWLock(lock_, &read);
  NdisReleaseRWLock(lock_, &inner);
  EXPECT_FALSE(reader.is_in_after_a_while());
  EXPECT_FALSE(writer.is_in_after_a_while());
  NdisReleaseRWLock(lock_, &outer);
  reader.join();
  writer.join();
}

// As a first use of the lock, by a thread that no reader came before.
TEST_F(NdisRwLock, AWriterThatGoesOnReadingKeepsTheNextWriterOut) {
  LOCK_STATE_EX write, read;
  KeRaiseIrqlToDpcLevel();  // Or the first release would lower it under the lock.
  NdisAcquireRWLockWrite(lock_, &write, 0);
  NdisAcquireRWLockRead(lock_, &read, 0);
  NdisReleaseRWLock(lock_, &write);
  Other writer(lock_, NdisAcquireRWLockWrite);
  EXPECT_FALSE(writer.is_in_after_a_while());
  NdisReleaseRWLock(lock_, &read);
  writer.join();
}

TEST_F(NdisRwLock, AWriterThatWaitsEntersAfterTheLastOfManyReaders) {
  LOCK_STATE_EX state;
  std::latch reading(kThreads), leave(1);
  std::vector<std::jthread> readers;
  for (int i = 0; i < kThreads; ++i)
    readers.emplace_back([&] {
      LOCK_STATE_EX mine;
      NdisAcquireRWLockRead(lock_, &mine, 0);
      reading.count_down();
      leave.wait();
      NdisReleaseRWLock(lock_, &mine);
    });
  reading.wait();
  Other writer(lock_, NdisAcquireRWLockWrite);
  EXPECT_FALSE(writer.is_in_after_a_while());
  leave.count_down();
  writer.join();
  NdisAcquireRWLockWrite(lock_, &state, 0);
  NdisReleaseRWLock(lock_, &state);
}

TEST_F(NdisRwLock, ContendedWritersExcludeEachOtherAndReaders) {
  expect_exclusion(contend([this](Section& shared, bool linger) {
    LOCK_STATE_EX read, again, write;
    NdisAcquireRWLockRead(lock_, &read, 0);
    NdisAcquireRWLockRead(lock_, &again, NDIS_RWL_AT_DISPATCH_LEVEL);
    EXPECT_EQ(shared.first, shared.second);
    NdisReleaseRWLock(lock_, &again);
    NdisReleaseRWLock(lock_, &read);
    NdisAcquireRWLockWrite(lock_, &write, 0);
    shared.visit(linger);
    NdisReleaseRWLock(lock_, &write);
  }));
}

}  // namespace
}  // namespace spinlab
