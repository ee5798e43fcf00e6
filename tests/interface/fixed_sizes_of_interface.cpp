// What threads and programs have of a fixed size for the interface and its verifier.
#include <gtest/gtest.h>
#include <ntifs.h>

#include <array>
#include <latch>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "algorithms/ticket_lock.hpp"
#include "interface/lock_registry.hpp"
#include "interface/numbered_locks.hpp"
#include "interface/verifier/lock_order.hpp"
#include "machines/native/native.hpp"
#include "tests/interface/fixed_sizes.hpp"
#include "tests/interface/processor_fixture.hpp"
#include "tests/interface/verifier/stops.hpp"

namespace spinlab {
namespace {

void numbered_locks() {
  constexpr auto kNone = LockQueueMaximumLock;
  KIRQL old;
  for (int number = 0; number < kNone; ++number) {
    const auto lock = static_cast<KSPIN_LOCK_QUEUE_NUMBER>(number);
    KeReleaseQueuedSpinLock(lock, KeAcquireQueuedSpinLock(lock));
  }
  constexpr auto* kRefusal = "spinlab: no queued spin lock has this number; .* from 0 to 16";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(KeAcquireQueuedSpinLock(kNone), kRefusal);
  EXPECT_DEATH(KeAcquireQueuedSpinLockRaiseToSynch(kNone), kRefusal);
  EXPECT_DEATH(KeTryToAcquireQueuedSpinLock(kNone, &old), kRefusal);
  EXPECT_DEATH(KeReleaseQueuedSpinLock(kNone, PASSIVE_LEVEL), kRefusal);
  using Unchecked = NumberedLocks<TicketLock, NativeChosen>;
  EXPECT_DEATH(Unchecked::acquire(kNone), kRefusal);
  EXPECT_DEATH(Unchecked::try_acquire(kNone, &old), kRefusal);
  EXPECT_DEATH(Unchecked::release(kNone, PASSIVE_LEVEL), kRefusal);
}

void rows_of_the_registry() {
  struct Object {
    int value = 0;
  };
  using Registry = LockRegistry<Object, 64>;
  std::vector<KSPIN_LOCK> words(1025);
  for (KSPIN_LOCK& word : words) ++Registry::install(&word).value;
  EXPECT_EQ(Registry::size(), words.size());
  for (KSPIN_LOCK& word : words) EXPECT_EQ(Registry::find(&word)->value, 1);
  for (KSPIN_LOCK& word : words) Registry::forget(&word);
}

void processors() {
  std::set<ULONG> numbers;
  std::latch all_are(SPINLAB_MAXIMUM_PROCESSORS), may_leave(1);
  std::mutex mutex;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < SPINLAB_MAXIMUM_PROCESSORS; ++thread)
    threads.emplace_back([&] {
      const ULONG number = SpinlabBecomeProcessor();
      {
        const std::scoped_lock guard(mutex);
        numbers.insert(number);
      }
      all_are.count_down();
      yield_until(may_leave);
    });
  while (!all_are.try_wait()) std::this_thread::yield();
  EXPECT_EQ(*numbers.rbegin(), SPINLAB_MAXIMUM_PROCESSORS - 1);
  EXPECT_EQ(numbers.size(), std::size_t{SPINLAB_MAXIMUM_PROCESSORS});
  EXPECT_EQ(SpinlabBecomeProcessor(), SPINLAB_MAXIMUM_PROCESSORS);
  SpinlabLeaveProcessor();  // It is none.
  may_leave.count_down();
}

void numbers_of_processors() {
  KDPC dpc;
  KeInitializeDpc(&dpc, [](PKDPC, PVOID, PVOID, PVOID) {}, nullptr);
  for (const int number : {SPINLAB_MAXIMUM_PROCESSORS, 127, -2, -128}) {
    KeSetTargetProcessorDpc(&dpc, static_cast<CCHAR>(number));
    EXPECT_FALSE(KeInsertQueueDpc(&dpc, nullptr, nullptr)) << number;
  }
  KeSetTargetProcessorDpc(&dpc, SPINLAB_MAXIMUM_PROCESSORS - 1);
  EXPECT_TRUE(KeInsertQueueDpc(&dpc, nullptr, nullptr));
  EXPECT_TRUE(KeRemoveQueueDpc(&dpc));
}

void levels_of_interrupts() {
  PKINTERRUPT interrupt;
  const auto connect = [&](int irql) {
    return IoConnectInterrupt(
        &interrupt, [](PKINTERRUPT, PVOID) -> BOOLEAN { return TRUE; }, nullptr, nullptr, 0,
        static_cast<KIRQL>(irql), static_cast<KIRQL>(irql), Latched, FALSE, 1, FALSE);
  };
  ASSERT_EQ(connect(HIGH_LEVEL), STATUS_SUCCESS);
  IoDisconnectInterrupt(interrupt);
  EXPECT_EQ(connect(HIGH_LEVEL + 1), STATUS_INVALID_PARAMETER);
}

// The verifier counts held locks by level; nothing keeps a caller from a level that is none.
void levels_of_held_locks() {
  verifier::InitializedLock lock;
  KIRQL old;
  KeRaiseIrql(HIGH_LEVEL + 100, &old);
  KeReleaseSpinLockForDpc(lock, KeAcquireSpinLockForDpc(lock));
  KeLowerIrql(old);
}

void held_locks() {
  constexpr int kLocks = 5;
  std::vector<verifier::InitializedLock> locks(kLocks);
  const KIRQL old = KeRaiseIrqlToDpcLevel();
  for (auto& lock : locks) KeAcquireSpinLockAtDpcLevel(lock);
  for (auto& lock : locks) KeReleaseSpinLockFromDpcLevel(lock);
  KeLowerIrql(old);
}

// More pairs than are remembered as told: they are asked for again, and found.
void told_orders() {
  std::vector<verifier::InitializedLock> locks(40);
  for (int round = 0; round < 2; ++round)
    for (auto& outer : locks)
      for (auto* inner = &outer + 1; inner < &*locks.end(); ++inner) {
        const KIRQL old = KeAcquireSpinLockRaiseToDpc(outer);
        KeAcquireSpinLockAtDpcLevel(*inner);
        KeReleaseSpinLockFromDpcLevel(*inner);
        KeReleaseSpinLock(outer, old);
      }
}

void lock_records() {
  constexpr std::size_t kLocks = 65536 + 1;
  std::vector<verifier::InitializedLock> locks(kLocks);
  for (auto& lock : locks) KeReleaseSpinLock(lock, KeAcquireSpinLockRaiseToDpc(lock));
}

// A cycle of more locks than a report shows.
void steps_of_a_cycle() {
  using verifier::LockOrder;
  constexpr std::size_t kSteps = verifier::OrderCycle::kMaxSteps;
  std::array<verifier::LockRecord, kSteps + 1> locks;
  LockOrder order;
  for (std::size_t at = 0; at < kSteps; ++at)
    ASSERT_FALSE(order.add(locks[at], locks[at + 1], {&locks[at], {}, &locks[at + 1], {}}));
  const auto cycle = order.add(locks[kSteps], locks[0], {&locks[kSteps], {}, &locks[0], {}});
  ASSERT_TRUE(cycle);
  EXPECT_EQ(cycle->length, kSteps + 1);
  EXPECT_EQ(cycle->steps[0].acquired, locks.data());
  EXPECT_EQ(cycle->steps[kSteps - 1].held, &locks[1]);
  for (auto& lock : locks) order.forget(lock);
}

}  // namespace

std::vector<FixedSize> fixed_sizes_of_interface() {
  return {
      {"NumberedLocks",
       {"numbered_locks.hpp:lines", "numbered_locks.hpp:entries", "verified_locks.cpp:words"},
       LockQueueMaximumLock,
       "the program ends and says why",
       numbered_locks},
      {"RowsOfTheRegistry",
       {"lock_registry.hpp:rows_"},
       1024,
       "two words share a row",
       rows_of_the_registry},
      {"Processors",
       {"dpcs.cpp:processors"},
       SPINLAB_MAXIMUM_PROCESSORS,
       "the thread does not become one, and is told",
       processors},
      {"NumbersOfProcessors",
       {},
       SPINLAB_MAXIMUM_PROCESSORS,
       "the DPC is not queued, and the caller is told",
       numbers_of_processors},
      {"LevelsOfInterrupts",
       {},
       HIGH_LEVEL + 1,
       "the interrupt is not connected, and the caller is told",
       levels_of_interrupts},
      {"LevelsOfHeldLocks",
       {"thread_record.hpp:holds_at_"},
       HIGH_LEVEL + 1,
       "counts as HIGH_LEVEL",
       levels_of_held_locks,
       {"0xC4/0x42"}},
      {"HeldLocksOfAThread", {"thread_record.hpp:inline_"}, 4, "one more is made", held_locks},
      {"ToldOrders",
       {"thread_record.hpp:told_"},
       256,
       "an older one is asked for again",
       told_orders},
      {"LockRecords", {"lock_records.cpp:all"}, 65536, "two locks share a bucket", lock_records},
      {"StepsOfACycle",
       {"lock_order.hpp:steps"},
       verifier::OrderCycle::kMaxSteps,
       "the report has the first ones and the length",
       steps_of_a_cycle},
  };
}

}  // namespace spinlab
