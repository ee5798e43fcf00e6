// EX_SPIN_LOCK: what its functions do to the word and to the IRQL, and that it excludes.
#include <gmock/gmock.h>
#include <wdm.h>

#include <atomic>
#include <thread>

#include "interface/spinlab_guards.hpp"
#include "tests/contention.hpp"
#include "tests/interface/other_reader.hpp"

namespace spinlab {
namespace {

constexpr EX_SPIN_LOCK kWriter = INT32_MIN;

class ExSpinLock : public testing::Test {
 protected:
  ~ExSpinLock() override { KeLowerIrql(PASSIVE_LEVEL); }

  EX_SPIN_LOCK lock_ = 0;
};

class AtLevel : public ExSpinLock, public testing::WithParamInterface<int> {
 protected:
  AtLevel() { KfRaiseIrql(level()); }
  static KIRQL level() { return static_cast<KIRQL>(GetParam()); }
};

// Each where it may be called, and, unchecked, everywhere else.
using RaisingExSpinLock = AtLevel;
INSTANTIATE_TEST_SUITE_P(Irql, RaisingExSpinLock,
                         testing::Values(PASSIVE_LEVEL, APC_LEVEL, DISPATCH_LEVEL));
INSTANTIATE_TEST_SUITE_P(UncheckedIrql, RaisingExSpinLock, testing::Values(HIGH_LEVEL));
using ExSpinLockAtDpcLevel = AtLevel;
INSTANTIATE_TEST_SUITE_P(Irql, ExSpinLockAtDpcLevel, testing::Values(DISPATCH_LEVEL, HIGH_LEVEL));
INSTANTIATE_TEST_SUITE_P(UncheckedIrql, ExSpinLockAtDpcLevel,
                         testing::Values(PASSIVE_LEVEL, APC_LEVEL));

TEST_P(RaisingExSpinLock, SharedCountsReadersAndRaisesTheIrql) {
  const KIRQL old = ExAcquireSpinLockShared(&lock_);
  EXPECT_EQ(old, level());
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  EXPECT_EQ(lock_, 1);
  {
    const OtherReader other(lock_);
    EXPECT_EQ(lock_, 2);
  }
  EXPECT_EQ(lock_, 1);
  ExReleaseSpinLockShared(&lock_, old);
  EXPECT_EQ(KeGetCurrentIrql(), level());
  EXPECT_EQ(lock_, 0);
}

TEST_P(RaisingExSpinLock, ExclusiveSetsTheWritersBitAndRaisesTheIrql) {
  const KIRQL old = ExAcquireSpinLockExclusive(&lock_);
  EXPECT_EQ(old, level());
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  EXPECT_EQ(lock_, kWriter);
  ExReleaseSpinLockExclusive(&lock_, old);
  EXPECT_EQ(KeGetCurrentIrql(), level());
  EXPECT_EQ(lock_, 0);
}

TEST_P(ExSpinLockAtDpcLevel, LeavesTheIrql) {
  ExAcquireSpinLockExclusiveAtDpcLevel(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), level());
  EXPECT_EQ(lock_, kWriter);
  ExReleaseSpinLockExclusiveFromDpcLevel(&lock_);
  ExAcquireSpinLockSharedAtDpcLevel(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), level());
  EXPECT_EQ(lock_, 1);
  ExReleaseSpinLockSharedFromDpcLevel(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), level());
  EXPECT_EQ(lock_, 0);
}

TEST_P(RaisingExSpinLock, TheOnlyReaderConvertsAndReleasesExclusive) {
  const KIRQL old = ExAcquireSpinLockShared(&lock_);
  EXPECT_TRUE(ExTryConvertSharedSpinLockExclusive(&lock_));
  EXPECT_EQ(lock_, kWriter);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  ExReleaseSpinLockExclusive(&lock_, old);
  EXPECT_EQ(KeGetCurrentIrql(), level());
}

TEST_F(ExSpinLock, OneOfTwoReadersDoesNotConvert) {
  const KIRQL old = ExAcquireSpinLockShared(&lock_);
  {
    const OtherReader other(lock_);
    EXPECT_FALSE(ExTryConvertSharedSpinLockExclusive(&lock_));
    EXPECT_EQ(lock_, 2);
  }
  ExReleaseSpinLockShared(&lock_, old);
}

// Nobody keeps the book of readers.
using UncheckedExSpinLock = ExSpinLock;

TEST_F(UncheckedExSpinLock, OneThreadMayReadTwiceAndReleaseForAnother) {
  std::thread([this] { ExAcquireSpinLockSharedAtDpcLevel(&lock_); }).join();
  const KIRQL old = ExAcquireSpinLockShared(&lock_);
  ExAcquireSpinLockSharedAtDpcLevel(&lock_);
  EXPECT_EQ(lock_, 3);
  EXPECT_FALSE(ExTryConvertSharedSpinLockExclusive(&lock_));
  ExReleaseSpinLockSharedFromDpcLevel(&lock_);
  ExReleaseSpinLockSharedFromDpcLevel(&lock_);
  EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
  ExReleaseSpinLockShared(&lock_, old);
  EXPECT_EQ(lock_, 0);
}

EX_SPIN_LOCK look_at(EX_SPIN_LOCK& lock) {
  return std::atomic_ref(lock).load(std::memory_order::relaxed);
}

TEST_F(ExSpinLock, AWriterThatWaitsRefusesTheConversionAndKeepsReadersOut) {
  const KIRQL old = ExAcquireSpinLockShared(&lock_);
  std::thread writer([this] { const ke::exclusive_guard inside(lock_); });
  while (look_at(lock_) != (kWriter | 1)) std::this_thread::yield();
  EXPECT_FALSE(ExTryConvertSharedSpinLockExclusive(&lock_));
  std::atomic<bool> entered = false;
  std::thread reader([&] {
    const ke::shared_guard inside(lock_);
    entered = true;
  });
  for (int look = 0; look < 100; ++look) {
    std::this_thread::yield();
    EXPECT_EQ(look_at(lock_), kWriter | 1);
  }
  EXPECT_FALSE(entered);
  ExReleaseSpinLockShared(&lock_, old);
  writer.join();
  reader.join();
  EXPECT_EQ(lock_, 0);
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
