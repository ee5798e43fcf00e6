// Interrupts come between any two instructions below their level: on top of DPCs, of lower service
// routines, and of the locks' own code.
#include <ndis.h>

#include <array>
#include <latch>

#include "tests/interface/processor_fixture.hpp"

namespace spinlab {
namespace {

class NestedInterrupts : public Processors {
 protected:
  // Runs `body` in a DPC that another thread queued, and then `meanwhile` on that thread while it
  // runs.
  template <class Body, class Meanwhile>
  static void in_a_dpc(Body body, Meanwhile meanwhile) {
    struct Shared {
      Body body;
      std::latch began{1};
      std::atomic<bool> ended = false;
    } shared{std::move(body)};
    KDPC dpc;
    KeInitializeDpc(
        &dpc,
        [](PKDPC, PVOID context, PVOID, PVOID) {
          Shared& of = *static_cast<Shared*>(context);
          of.began.count_down();
          of.body();
          of.ended = true;
        },
        &shared);
    std::thread other([&] {
      KeInsertQueueDpc(&dpc, nullptr, nullptr);
      shared.began.wait();
      meanwhile();
    });
    while (!shared.ended) std::this_thread::yield();
    other.join();
  }

  // The other thread's own count of what it added.
  long by_thread_elsewhere_ = 0, by_device_elsewhere_ = 0;
};

TEST_F(NestedInterrupts, RunOnTopOfADpcThatCallsNothing) {
  Device device([this] { trace_.add("i"); });
  in_a_dpc(
      [this] {
        while (trace_.runs == 0) continue;
        EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
      },
      [&] { device.fire(); });
  EXPECT_EQ(trace_.irql, kSynchronizeIrql);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST_F(NestedInterrupts, RunOnTopOfALowerServiceRoutine) {
  Device high([this] { trace_.add("h"); }, 9, 9);
  Device low(
      [this] {
        while (trace_.runs == 0) continue;
        EXPECT_EQ(KeGetCurrentIrql(), 6);
        trace_.add("l");
      },
      5, 6);
  std::thread other([&] {
    low.fire();
    high.fire();
  });
  trace_.await(2);
  other.join();
  EXPECT_EQ(trace_.text, "hl");
}

TEST_F(NestedInterrupts, WaitForAServiceRoutineOfTheirLevelOrAHigherOne) {
  Device equal([this] { trace_.add("e"); }, 9, 9);
  Device low([this] { trace_.add("l"); }, 5, 5);
  Device high(
      [&] {
        low.fire();
        equal.fire();
        for (int look = 0; look < 100; ++look) std::this_thread::yield();
        trace_.add("h");
      },
      9, 9);
  high.fire();
  EXPECT_EQ(trace_.text, "hel");
}

TEST_F(NestedInterrupts, RunOnTopOfAThreadThatHoldsASpinLock) {
  Device device([this] { trace_.add("i"); });
  KSPIN_LOCK lock;
  KeInitializeSpinLock(&lock);
  const KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock);
  std::thread other([&] {
    dpc_.insert();
    device.fire();
  });
  while (trace_.runs == 0) continue;
  other.join();
  EXPECT_EQ(trace_.text, "i");
  KeReleaseSpinLock(&lock, old);
  EXPECT_EQ(trace_.text, "id");
}

using UncheckedNestedInterrupts = NestedInterrupts;

// Fired at HIGH_LEVEL, from which each of these goes down to DISPATCH_LEVEL.
TEST_F(UncheckedNestedInterrupts, RunWhenAnAcquireGoesDownBeforeItHasTheLock) {
  KSPIN_LOCK lock = 0;
  EX_SPIN_LOCK shared = 0;
  KLOCK_QUEUE_HANDLE handle;
  bool was_free = false;
  Device device([&] { was_free = KeTestSpinLock(&lock) != FALSE && shared == 0; });
  const auto goes_down = [&](auto acquire, auto release) {
    was_free = false;
    KfRaiseIrql(HIGH_LEVEL);
    dpc_.insert();
    device.fire();
    EXPECT_FALSE(was_free);
    acquire();
    EXPECT_TRUE(was_free);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    EXPECT_EQ(trace_.text, "");
    release();
    KeLowerIrql(PASSIVE_LEVEL);
    EXPECT_EQ(std::exchange(trace_.text, ""), "d");
  };
  goes_down([&] { KeAcquireSpinLockRaiseToDpc(&lock); }, [&] { KeReleaseSpinLock(&lock, 2); });
  goes_down([&] { KeAcquireInStackQueuedSpinLock(&lock, &handle); },
            [&] { KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle); });
  goes_down([&] { ExAcquireSpinLockExclusive(&shared); },
            [&] { ExReleaseSpinLockExclusive(&shared, 2); });
  goes_down([] { KeRaiseIrqlToDpcLevel(); }, [] {});
}

TEST_F(NestedInterrupts, ComeAndGoWhileADpcLowersItsIrql) {
  Device device([this] { trace_.add("i"); });
  in_a_dpc(
      [this] {
        KfRaiseIrql(HIGH_LEVEL);
        for (int look = 0; look < 100; ++look) std::this_thread::yield();
        KeLowerIrql(DISPATCH_LEVEL);
        while (trace_.runs == 0) continue;
      },
      [&] { device.fire(); });
  EXPECT_EQ(trace_.text, "i");
}

TEST_F(NestedInterrupts, AreForgottenWhenTheyAreDisconnectedBeforeTheyRun) {
  Device first([this] { trace_.add("1"); });
  Device second([this] { trace_.add("2"); });
  Device third([this] { trace_.add("3"); });
  KfRaiseIrql(HIGH_LEVEL);
  for (Device* device : {&first, &second, &third}) device->fire();
  second.disconnect();
  KeLowerIrql(PASSIVE_LEVEL);
  EXPECT_EQ(trace_.text, "13");
}

TEST_F(NestedInterrupts, HaveEndedWhenTheyAreDisconnected) {
  std::latch began(1), ready(1), leave(1);
  std::atomic<bool> disconnects = false, ended = false;
  Device device([&] {
    began.count_down();
    while (!disconnects) std::this_thread::yield();
    for (int look = 0; look < 100; ++look) std::this_thread::yield();
    ended = true;
  });
  std::thread other([&] {
    SpinlabBecomeProcessor();
    ready.count_down();
    yield_until(leave);
  });
  ready.wait();
  device.fire(1);
  began.wait();
  disconnects = true;
  device.disconnect();
  EXPECT_TRUE(ended);
  leave.count_down();
  other.join();
}

// Five locks, released in an order of their own.
struct FiveLocks {
  std::array<KSPIN_LOCK, 5> locks;
  long count = 0;

  FiveLocks() {
    for (KSPIN_LOCK& lock : locks) KeInitializeSpinLock(&lock);
  }

  void add() {
    for (KSPIN_LOCK& lock : locks) KeAcquireSpinLockAtDpcLevel(&lock);
    ++count;
    for (const int lock : {1, 4, 0, 3, 2}) KeReleaseSpinLockFromDpcLevel(&locks[lock]);
  }
};

TEST_F(NestedInterrupts, FindTheThreadsLocksAsTheyLeftThem) {
  constexpr int kInterrupts = 300;
  FiveLocks of_thread, of_low, of_high;
  Device high([&] { of_high.add(); }, 9, 9);
  Device low([&] { of_low.add(); }, 5, 5);
  std::atomic<bool> done = false;
  std::thread storm([&] {
    for (int fired = 0; fired < 2 * kInterrupts;) {
      fired += low.fire() ? 1 : 0;
      fired += high.fire() ? 1 : 0;
      std::this_thread::yield();
    }
    done = true;
  });
  long turns = 0;
  KeRaiseIrqlToDpcLevel();
  for (; !done; ++turns) of_thread.add();
  KeLowerIrql(PASSIVE_LEVEL);
  storm.join();
  EXPECT_EQ(of_thread.count, turns);
  EXPECT_GE(of_low.count + of_high.count, 2 * kInterrupts);
}

// The thread, and its service routine on top of it, each hand a lock over to another thread.
TEST_F(NestedInterrupts, LetTheThreadHandItsLockOverThoughTheyHandOverTheirs) {
  constexpr int kInterrupts = 300;
  KSPIN_LOCK of_thread, of_device;
  for (KSPIN_LOCK* lock : {&of_thread, &of_device}) KeInitializeSpinLock(lock);
  long by_thread = 0, by_device = 0, turns = 0;
  const auto add = [](KSPIN_LOCK& lock, long& count) {
    KeAcquireSpinLockAtDpcLevel(&lock);
    ++count;
    KeReleaseSpinLockFromDpcLevel(&lock);
  };
  Device device([&] { add(of_device, by_device); });
  std::atomic<bool> done = false;
  std::thread storm([&] {
    const KIRQL old = KeRaiseIrqlToDpcLevel();
    for (int fired = 0; fired < kInterrupts;) {
      fired += device.fire() ? 1 : 0;
      add(of_device, by_device);
      --by_device_elsewhere_;
      add(of_thread, by_thread);
      --by_thread_elsewhere_;
    }
    KeLowerIrql(old);
    done = true;
  });
  KeRaiseIrqlToDpcLevel();
  for (; !done; ++turns) add(of_thread, by_thread);
  storm.join();
  KeLowerIrql(PASSIVE_LEVEL);
  EXPECT_EQ(by_thread + by_thread_elsewhere_, turns);
  EXPECT_EQ(by_device + by_device_elsewhere_, kInterrupts);
}

// A driver: its thread, its DPC and its service routine share counters, on one processor.
class Driver {
 public:
  Driver() {
    KeInitializeDpc(&dpc_, run_dpc, this);
    for (KSPIN_LOCK* lock : {&plain_, &queued_, &sum_lock_}) KeInitializeSpinLock(lock);
  }

  Device device{[this] {
    ++by_device;
    ExInterlockedAddUlong(&sum, 1, &sum_lock_);
    KeInsertQueueDpc(&dpc_, nullptr, nullptr);
  }};

  // What the thread does, once.
  void turn() {
    const auto add = [](PVOID of) -> BOOLEAN { return ++*static_cast<long*>(of), TRUE; };
    KLOCK_QUEUE_HANDLE handle;
    KeAcquireInStackQueuedSpinLock(&queued_, &handle);
    --under_queued;
    KeReleaseInStackQueuedSpinLock(&handle);
    const KIRQL old = KeAcquireSpinLockRaiseToDpc(&plain_);
    --under_plain;
    KeReleaseSpinLock(&plain_, old);
    ExInterlockedAddUlong(&sum, 1, &sum_lock_);
    KeSynchronizeExecution(device.interrupt, add, &by_thread);
    KeSynchronizeExecution(device.interrupt, add, &by_device);
  }

  ULONG sum = 0;
  long by_device = 0, by_thread = 0;
  long under_plain = 0, under_queued = 0;  // DPCs less turns.

 private:
  static void run_dpc(PKDPC, PVOID context, PVOID, PVOID) {
    Driver& self = *static_cast<Driver*>(context);
    KLOCK_QUEUE_HANDLE handle;
    KeAcquireInStackQueuedSpinLockAtDpcLevel(&self.queued_, &handle);
    ++self.under_queued;
    KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
    KeAcquireSpinLockAtDpcLevel(&self.plain_);
    ++self.under_plain;
    KeReleaseSpinLockFromDpcLevel(&self.plain_);
  }

  KDPC dpc_;
  KSPIN_LOCK plain_, queued_, sum_lock_;
};

// Another thread fires as fast as it can.
TEST_F(NestedInterrupts, LoseNothingAndNeverDeadlockInAStorm) {
  constexpr int kInterrupts = 300;
  Driver driver;
  std::atomic<bool> done = false;
  std::thread storm([&] {
    for (int fired = 0; fired < kInterrupts; std::this_thread::yield())
      fired += driver.device.fire() ? 1 : 0;
    done = true;
  });
  long turns = 0;
  for (; !done; ++turns) driver.turn();
  storm.join();
  KeLowerIrql(PASSIVE_LEVEL);
  EXPECT_EQ(driver.by_thread, turns);
  EXPECT_EQ(driver.by_device, turns + kInterrupts);
  EXPECT_EQ(driver.sum, static_cast<ULONG>(driver.by_device));
  const long dpcs = driver.under_plain + turns;
  EXPECT_EQ(driver.under_queued + turns, dpcs);
  EXPECT_GT(dpcs, 0);
  EXPECT_LE(dpcs, kInterrupts);
}

}  // namespace
}  // namespace spinlab
