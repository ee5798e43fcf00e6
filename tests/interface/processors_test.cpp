// DPCs and interrupts run on the thread that is their processor, at their level, when its IRQL lets
// them.
#include <gmock/gmock.h>
#include <signal.h>
#include <wdm.h>

#include <atomic>
#include <functional>
#include <latch>
#include <string>
#include <thread>

#include "interface/spinlab_processors.h"

namespace spinlab {
namespace {

// What ran, in order. Written on one processor only.
struct Trace {
  std::string text;
  std::thread::id thread;
  KIRQL irql = 99;
  std::atomic<int> runs = 0;

  void add(const char* what) {
    text += what;
    thread = std::this_thread::get_id();
    irql = KeGetCurrentIrql();
    ++runs;
  }
  void await(int count) const {
    while (runs < count) std::this_thread::yield();
  }
};

struct Dpc {
  explicit Dpc(Trace& of, const char* name) : trace(of) {
    KeInitializeDpc(&object, run, this);
    label = name;
  }
  static void run(PKDPC, PVOID context, PVOID argument1, PVOID argument2) {
    Dpc& self = *static_cast<Dpc*>(context);
    self.argument1 = argument1;
    self.argument2 = argument2;
    self.trace.add(self.label);
  }
  bool insert() { return KeInsertQueueDpc(&object, nullptr, nullptr) != FALSE; }

  KDPC object;
  Trace& trace;
  const char* label;
  void* argument1 = nullptr;
  void* argument2 = nullptr;
};

constexpr KIRQL kDeviceIrql = 5;
constexpr KIRQL kSynchronizeIrql = 7;

struct Device {
  explicit Device(std::function<void()> on_interrupt) : routine(std::move(on_interrupt)) {
    IoConnectInterrupt(&interrupt, serve, this, nullptr, 0, kDeviceIrql, kSynchronizeIrql, Latched,
                       FALSE, 1, FALSE);
  }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  ~Device() { IoDisconnectInterrupt(interrupt); }
  static BOOLEAN serve(PKINTERRUPT, PVOID context) {
    static_cast<Device*>(context)->routine();
    return TRUE;
  }

  PKINTERRUPT interrupt = nullptr;
  std::function<void()> routine;
};

// The test's thread is processor 0.
class Processors : public testing::Test {
 protected:
  Processors() { EXPECT_EQ(SpinlabBecomeProcessor(), 0U); }
  ~Processors() override {
    KeLowerIrql(PASSIVE_LEVEL);
    SpinlabLeaveProcessor();
  }
  template <class Body>
  static void elsewhere(Body body) {
    std::thread(body).join();
  }

  Trace trace_;
  Dpc dpc_{trace_, "d"};
};

TEST_F(Processors, RunADpcOfTheirOwnAtOnceBelowDispatchLevel) {
  KeLowerIrql(APC_LEVEL);
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
  KSPIN_LOCK lock = 0;
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
    done.wait();
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

// A driver: its thread, its DPC and its service routine share counters, on one processor, while
// another thread fires as fast as it can.
TEST_F(Processors, LoseNothingAndNeverDeadlockUnderAStormOfInterrupts) {
  constexpr int kInterrupts = 300;
  KSPIN_LOCK lock = 0, sum_lock = 0;
  ULONG sum = 0;
  long by_device = 0, by_dpc = 0, by_thread = 0;
  struct Shared {
    KSPIN_LOCK* lock;
    long* count;
  } shared{&lock, &by_dpc};
  KDPC dpc;
  KeInitializeDpc(
      &dpc,
      [](PKDPC, PVOID context, PVOID, PVOID) {
        const Shared& of = *static_cast<Shared*>(context);
        KeAcquireSpinLockAtDpcLevel(of.lock);
        ++*of.count;
        KeReleaseSpinLockFromDpcLevel(of.lock);
      },
      &shared);
  Device device([&] {
    ++by_device;
    ExInterlockedAddUlong(&sum, 1, &sum_lock);
    KeInsertQueueDpc(&dpc, nullptr, nullptr);
  });
  std::atomic<bool> done = false;
  std::thread storm([&] {
    for (int fired = 0; fired < kInterrupts;) {
      if (SpinlabFireInterrupt(device.interrupt, 0) != FALSE) ++fired;
      std::this_thread::yield();
    }
    done = true;
  });
  const auto add = [](PVOID context) -> BOOLEAN { return ++*static_cast<long*>(context), TRUE; };
  long turns = 0;
  for (; !done; ++turns) {
    KLOCK_QUEUE_HANDLE handle;
    KeAcquireInStackQueuedSpinLock(&lock, &handle);
    ++by_dpc;
    KeReleaseInStackQueuedSpinLock(&handle);
    const KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock);
    --by_dpc;
    KeReleaseSpinLock(&lock, old);
    ExInterlockedAddUlong(&sum, 1, &sum_lock);
    KeSynchronizeExecution(device.interrupt, add, &by_thread);
    KeSynchronizeExecution(device.interrupt, add, &by_device);
  }
  storm.join();
  KeLowerIrql(PASSIVE_LEVEL);
  EXPECT_EQ(by_thread, turns);
  EXPECT_EQ(by_device, turns + kInterrupts);
  EXPECT_EQ(sum, static_cast<ULONG>(by_device));
  EXPECT_GT(by_dpc, 0);
  EXPECT_LE(by_dpc, kInterrupts);
}

}  // namespace
}  // namespace spinlab
