// DPCs and interrupts run on the thread that is their processor, at their level, when its IRQL lets
// them.
#include <signal.h>

#include <latch>

#include "tests/interface/processor_fixture.hpp"

namespace spinlab {
namespace {

TEST_F(Processors, RunADpcOfTheirOwnAtOnceBelowDispatchLevel) {
  KfRaiseIrql(APC_LEVEL);
  EXPECT_TRUE(dpc_.insert());
  EXPECT_EQ(trace_.text, "d");
  EXPECT_EQ(trace_.irql, DISPATCH_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
}

TEST_F(Processors, RunADpcOfAnotherThreadThoughTheyNeverCallIn) {
  const auto self = std::this_thread::get_id();
  std::thread other([this] { EXPECT_TRUE(dpc_.insert()); });
  while (trace_.runs == 0) continue;  // Calls nothing.
  other.join();
  EXPECT_EQ(trace_.thread, self);
  EXPECT_EQ(trace_.irql, DISPATCH_LEVEL);
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

// As servers do that leave signals to one thread.
TEST_F(Processors, RunDpcsOnAThreadThatBeganWithAllSignalsBlocked) {
  SpinlabLeaveProcessor();
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  SpinlabBecomeProcessor();
  std::thread other([this] { EXPECT_TRUE(dpc_.insert()); });
  trace_.await(1);
  other.join();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST_F(Processors, DeferDpcsWhileASpinLockIsHeld) {
  KSPIN_LOCK lock;
  KeInitializeSpinLock(&lock);
  const KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock);
  elsewhere([this] { dpc_.insert(); });
  Dpc own(trace_, "o");
  own.insert();
  for (int look = 0; look < 100; ++look) std::this_thread::yield();
  EXPECT_EQ(trace_.text, "");
  KeReleaseSpinLock(&lock, old);
  EXPECT_EQ(trace_.text, "do");
}

TEST_F(Processors, RunDpcsInOrderButImportantOnesFirst) {
  Dpc second(trace_, "2"), important(trace_, "!"), low(trace_, "l");
  KeSetImportanceDpc(&important.object, HighImportance);
  KeSetImportanceDpc(&low.object, LowImportance);
  KeRaiseIrqlToDpcLevel();
  for (Dpc* dpc : {&dpc_, &low, &second, &important}) dpc->insert();
  KeLowerIrql(PASSIVE_LEVEL);
  EXPECT_EQ(trace_.text, "!dl2");
}

TEST_F(Processors, QueueADpcOnceWithItsFirstArguments) {
  int first = 0, second = 0;
  KeRaiseIrqlToDpcLevel();
  EXPECT_TRUE(KeInsertQueueDpc(&dpc_.object, &first, &second));
  EXPECT_FALSE(KeInsertQueueDpc(&dpc_.object, &second, &first));
  KeLowerIrql(PASSIVE_LEVEL);
  EXPECT_EQ(trace_.text, "d");
  EXPECT_EQ(dpc_.argument1, &first);
  EXPECT_EQ(dpc_.argument2, &second);
  EXPECT_TRUE(dpc_.insert());
}

TEST_F(Processors, ForgetADpcThatIsRemoved) {
  Dpc other(trace_, "o");
  EXPECT_FALSE(KeRemoveQueueDpc(&dpc_.object));
  KeRaiseIrqlToDpcLevel();
  other.insert();
  dpc_.insert();
  EXPECT_TRUE(KeRemoveQueueDpc(&dpc_.object));
  EXPECT_FALSE(KeRemoveQueueDpc(&dpc_.object));
  KeLowerIrql(PASSIVE_LEVEL);
  EXPECT_EQ(trace_.text, "o");
}

TEST_F(Processors, HaveNumbersThatDpcsCanBeTargetedAt) {
  std::latch ready(1), done(1);
  std::thread::id other_id;
  std::thread other([&] {
    EXPECT_EQ(SpinlabBecomeProcessor(), 1U);
    EXPECT_EQ(SpinlabBecomeProcessor(), 1U);
    other_id = std::this_thread::get_id();
    ready.count_down();
    yield_until(done);
  });
  ready.wait();
  KeSetTargetProcessorDpc(&dpc_.object, 1);
  dpc_.insert();
  trace_.await(1);
  EXPECT_EQ(trace_.thread, other_id);
  done.count_down();
  other.join();
  KeSetTargetProcessorDpc(&dpc_.object, SPINLAB_MAXIMUM_PROCESSORS);
  EXPECT_FALSE(dpc_.insert());
}

TEST_F(Processors, LeaveWhatIsQueuedToTheNextThread) {
  SpinlabLeaveProcessor();
  dpc_.insert();
  EXPECT_EQ(trace_.text, "");
  elsewhere([] { SpinlabBecomeProcessor(); });  // Ends, and leaves.
  EXPECT_EQ(trace_.text, "d");
  EXPECT_EQ(SpinlabBecomeProcessor(), 0U);
}

TEST_F(Processors, ServeAnInterruptAtItsLevelHoldingItsLock) {
  PKINTERRUPT interrupt = nullptr;
  Device device([&] {
    trace_.add("i");
    EXPECT_EQ(KeGetCurrentIrql(), kSynchronizeIrql);
  });
  interrupt = device.interrupt;
  EXPECT_TRUE(SpinlabFireInterrupt(interrupt, 0));
  EXPECT_EQ(trace_.text, "i");
  EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
  EXPECT_FALSE(SpinlabFireInterrupt(interrupt, SPINLAB_MAXIMUM_PROCESSORS));
}

TEST_F(Processors, ServeAnInterruptOfAnotherThreadThoughTheyNeverCallIn) {
  Device device([this] { trace_.add("i"); });
  std::thread other([&] { EXPECT_TRUE(SpinlabFireInterrupt(device.interrupt, 0)); });
  while (trace_.runs == 0) continue;  // Calls nothing.
  other.join();
  EXPECT_EQ(trace_.irql, kSynchronizeIrql);
  EXPECT_EQ(trace_.thread, std::this_thread::get_id());
}

TEST_F(Processors, ServeInterruptsAboveTheirIrqlAndKeepTheOthers) {
  Device device([this] { trace_.add("i"); });
  KeRaiseIrqlToDpcLevel();
  dpc_.insert();
  SpinlabFireInterrupt(device.interrupt, 0);
  EXPECT_EQ(trace_.text, "i");
  KfRaiseIrql(kDeviceIrql);
  EXPECT_TRUE(SpinlabFireInterrupt(device.interrupt, 0));
  EXPECT_FALSE(SpinlabFireInterrupt(device.interrupt, 0));
  EXPECT_EQ(trace_.text, "i");
  KeLowerIrql(DISPATCH_LEVEL);
  EXPECT_EQ(trace_.text, "ii");
  KeLowerIrql(PASSIVE_LEVEL);
  EXPECT_EQ(trace_.text, "iid");
}

TEST_F(Processors, KeepAnInterruptFromWhatIsSynchronizedWithIt) {
  Device device([this] { trace_.add("i"); });
  const auto fire = [](PVOID context) -> BOOLEAN {
    Device& of = *static_cast<Device*>(context);
    std::thread([&of] { SpinlabFireInterrupt(of.interrupt, 0); }).join();
    for (int look = 0; look < 100; ++look) std::this_thread::yield();
    return TRUE;
  };
  const KIRQL old = KeAcquireInterruptSpinLock(device.interrupt);
  fire(&device);
  EXPECT_EQ(trace_.text, "");
  KeReleaseInterruptSpinLock(device.interrupt, old);
  EXPECT_EQ(trace_.text, "i");
}

TEST_F(Processors, RunADpcThatAServiceRoutineQueuedAfterIt) {
  Device device([this] {
    dpc_.insert();
    trace_.add("i");
  });
  SpinlabFireInterrupt(device.interrupt, 0);
  EXPECT_EQ(trace_.text, "id");
  EXPECT_EQ(trace_.irql, DISPATCH_LEVEL);
}

TEST_F(Processors, GoOnInADpcThatLeavesThemAndLeaveWhenItReturns) {
  Device device([this] { trace_.add("i"); });
  Dpc later(trace_, "l");
  KDPC leaving;
  KeInitializeDpc(
      &leaving,
      [](PKDPC, PVOID context, PVOID, PVOID) {
        SpinlabLeaveProcessor();
        static_cast<Device*>(context)->fire();
      },
      &device);
  KeRaiseIrqlToDpcLevel();
  KeInsertQueueDpc(&leaving, nullptr, nullptr);
  later.insert();
  KeLowerIrql(PASSIVE_LEVEL);
  EXPECT_EQ(trace_.text, "i");
  device.fire();
  EXPECT_EQ(trace_.text, "i");
  EXPECT_EQ(SpinlabBecomeProcessor(), 0U);
  EXPECT_EQ(trace_.text, "iil");
}

TEST_F(Processors, AreFlushedWhenWhatWasQueuedHasRun) {
  Dpc second(trace_, "2");
  std::latch queued(1);
  std::atomic<bool> is_flushed = false;
  KeRaiseIrqlToDpcLevel();
  std::thread other([&] {
    dpc_.insert();
    second.insert();
    queued.count_down();
    KeFlushQueuedDpcs();
    is_flushed = true;
    EXPECT_EQ(trace_.runs, 2);
  });
  queued.wait();
  for (int look = 0; look < 200; ++look) std::this_thread::yield();
  EXPECT_FALSE(is_flushed);
  KeLowerIrql(PASSIVE_LEVEL);
  other.join();
}

TEST_F(Processors, RunTheirOwnDpcsWhenTheyFlush) {
  std::latch leave(1), ready(1);
  std::thread other([&] {
    EXPECT_EQ(SpinlabBecomeProcessor(), 1U);
    ready.count_down();
    yield_until(leave);
  });
  ready.wait();
  KeSetTargetProcessorDpc(&dpc_.object, 1);
  Dpc own(trace_, "o");
  dpc_.insert();
  trace_.await(1);
  own.insert();
  KeFlushQueuedDpcs();
  EXPECT_EQ(trace_.text, "do");
  leave.count_down();
  other.join();
}

TEST_F(Processors, ThatNoThreadIsAreNotFlushed) {
  KeSetTargetProcessorDpc(&dpc_.object, 1);
  dpc_.insert();
  KeFlushQueuedDpcs();
  EXPECT_TRUE(KeRemoveQueueDpc(&dpc_.object));
}

}  // namespace
}  // namespace spinlab
