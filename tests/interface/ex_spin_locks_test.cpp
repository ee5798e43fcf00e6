// EX_SPIN_LOCK: what its functions do to the word and to the IRQL, and that it excludes.
#include <gmock/gmock.h>
#include <wdm.h>

#include <atomic>
#include <thread>

#include "tests/contention.hpp"

namespace spinlab {
namespace {

constexpr EX_SPIN_LOCK kWriter = INT32_MIN;

class ExSpinLock : public testing::TestWithParam<int> {
 protected:
  ExSpinLock() { KeLowerIrql(level()); }
  ~ExSpinLock() override { KeLowerIrql(PASSIVE_LEVEL); }
  static KIRQL level() { return static_cast<KIRQL>(GetParam()); }

  EX_SPIN_LOCK lock_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Irql, ExSpinLock,
                         testing::Values(PASSIVE_LEVEL, APC_LEVEL, DISPATCH_LEVEL, HIGH_LEVEL));

TEST_P(ExSpinLock, SharedCountsReadersAndRaisesTheIrql) {
  const KIRQL old = ExAcquireSpinLockShared(&lock_);
  EXPECT_EQ(old, level());
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  EXPECT_EQ(lock_, 1);
  ExAcquireSpinLockSharedAtDpcLevel(&lock_);
  EXPECT_EQ(lock_, 2);
  ExReleaseSpinLockSharedFromDpcLevel(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  ExReleaseSpinLockShared(&lock_, old);
  EXPECT_EQ(KeGetCurrentIrql(), level());
  EXPECT_EQ(lock_, 0);
}

TEST_P(ExSpinLock, ExclusiveSetsTheWritersBitAndRaisesTheIrql) {
  const KIRQL old = ExAcquireSpinLockExclusive(&lock_);
  EXPECT_EQ(old, level());
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  EXPECT_EQ(lock_, kWriter);
  ExReleaseSpinLockExclusive(&lock_, old);
  EXPECT_EQ(KeGetCurrentIrql(), level());
  EXPECT_EQ(lock_, 0);
}

TEST_P(ExSpinLock, AtDpcLevelLeavesTheIrql) {
  ExAcquireSpinLockExclusiveAtDpcLevel(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), level());
  EXPECT_EQ(lock_, kWriter);
  ExReleaseSpinLockExclusiveFromDpcLevel(&lock_);
  ExAcquireSpinLockSharedAtDpcLevel(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), level());
  ExReleaseSpinLockSharedFromDpcLevel(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), level());
  EXPECT_EQ(lock_, 0);
}

TEST_P(ExSpinLock, TheOnlyReaderConvertsAndReleasesExclusive) {
  const KIRQL old = ExAcquireSpinLockShared(&lock_);
  EXPECT_TRUE(ExTryConvertSharedSpinLockExclusive(&lock_));
  EXPECT_EQ(lock_, kWriter);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  ExReleaseSpinLockExclusive(&lock_, old);
  EXPECT_EQ(KeGetCurrentIrql(), level());
}

TEST_P(ExSpinLock, OneOfTwoReadersDoesNotConvert) {
  const KIRQL old = ExAcquireSpinLockShared(&lock_);
  std::thread([this] { ExAcquireSpinLockSharedAtDpcLevel(&lock_); }).join();
  EXPECT_FALSE(ExTryConvertSharedSpinLockExclusive(&lock_));
  EXPECT_EQ(lock_, 2);
  ExReleaseSpinLockSharedFromDpcLevel(&lock_);
  ExReleaseSpinLockShared(&lock_, old);
}

EX_SPIN_LOCK look_at(EX_SPIN_LOCK& lock) {
  return std::atomic_ref(lock).load(std::memory_order::relaxed);
}

TEST(ExSpinLockWaiting, AWriterThatWaitsRefusesTheConversionAndKeepsReadersOut) {
  EX_SPIN_LOCK lock = 0;
  ExAcquireSpinLockSharedAtDpcLevel(&lock);
  std::thread writer([&lock] {
    ExAcquireSpinLockExclusiveAtDpcLevel(&lock);
    ExReleaseSpinLockExclusiveFromDpcLevel(&lock);
  });
  while (look_at(lock) != (kWriter | 1)) std::this_thread::yield();
  EXPECT_FALSE(ExTryConvertSharedSpinLockExclusive(&lock));
  std::atomic<bool> entered = false;
  std::thread reader([&] {
    ExAcquireSpinLockSharedAtDpcLevel(&lock);
    entered = true;
    ExReleaseSpinLockSharedFromDpcLevel(&lock);
  });
  for (int look = 0; look < 100; ++look) {
    std::this_thread::yield();
    EXPECT_EQ(look_at(lock), kWriter | 1);
  }
  EXPECT_FALSE(entered);
  ExReleaseSpinLockSharedFromDpcLevel(&lock);
  writer.join();
  reader.join();
  EXPECT_EQ(lock, 0);
}

TEST(ExSpinLockContended, WritersExcludeEachOtherAndReaders) {
  EX_SPIN_LOCK lock = 0;
  long reads = 0;
  const Section section = contend([&](Section& shared, bool linger) {
    const KIRQL read = ExAcquireSpinLockShared(&lock);
    EXPECT_EQ(shared.first, shared.second);
    if (ExTryConvertSharedSpinLockExclusive(&lock)) {
      ++reads;
      ExReleaseSpinLockExclusive(&lock, read);
    } else {
      ExReleaseSpinLockShared(&lock, read);
    }
    const KIRQL written = ExAcquireSpinLockExclusive(&lock);
    shared.visit(linger);
    ExReleaseSpinLockExclusive(&lock, written);
  });
  expect_exclusion(section);
  EXPECT_LE(reads, section.first);
}

}  // namespace
}  // namespace spinlab
