// A DPC or a service routine that a signal delivered may be the first to use a lock, on its thread
// and at all: it must not allocate, since the signal may have come in malloc.
#include <ndis.h>
#include <ntifs.h>

#include <array>

#include "tests/interface/counted_allocations.hpp"
#include "tests/interface/processor_fixture.hpp"

namespace spinlab {
namespace {

// More than a thread has nodes for at hand.
constexpr int kLocks = 7;

struct Locks {
  std::array<KSPIN_LOCK, kLocks> plain{};
  std::array<KSPIN_LOCK, kLocks> queued{};
  std::array<KLOCK_QUEUE_HANDLE, kLocks> handles;
  std::array<NDIS_SPIN_LOCK, kLocks> ndis{};
  KSPIN_LOCK of_sum = 0;
  ULONG sum = 0;
  EX_SPIN_LOCK shared = 0;
  PNDIS_RW_LOCK_EX reader_writer = NdisAllocateRWLock(nullptr);
  std::atomic<bool> done = false;

  ~Locks() { NdisFreeRWLock(reader_writer); }

  // At DISPATCH_LEVEL or above.
  void use_nested() {
    for (KSPIN_LOCK& lock : plain) KeAcquireSpinLockAtDpcLevel(&lock);
    for (int lock = 0; lock < kLocks; ++lock)
      KeAcquireInStackQueuedSpinLockAtDpcLevel(&queued[lock], &handles[lock]);
    for (NDIS_SPIN_LOCK& lock : ndis) NdisDprAcquireSpinLock(&lock);
    ExInterlockedAddUlong(&sum, 1, &of_sum);
    for (NDIS_SPIN_LOCK& lock : ndis) NdisDprReleaseSpinLock(&lock);
    for (KLOCK_QUEUE_HANDLE& handle : handles) KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
    for (KSPIN_LOCK& lock : plain) KeReleaseSpinLockFromDpcLevel(&lock);
  }

  // At DISPATCH_LEVEL.
  void use_reader_writer() {
    LOCK_STATE_EX state;
    NdisAcquireRWLockRead(reader_writer, &state, NDIS_RWL_AT_DISPATCH_LEVEL);
    NdisReleaseRWLock(reader_writer, &state);
    NdisAcquireRWLockWrite(reader_writer, &state, NDIS_RWL_AT_DISPATCH_LEVEL);
    NdisReleaseRWLock(reader_writer, &state);
    ExAcquireSpinLockSharedAtDpcLevel(&shared);
    ExReleaseSpinLockSharedFromDpcLevel(&shared);
    KeReleaseQueuedSpinLock(LockQueueMasterLock, KeAcquireQueuedSpinLock(LockQueueMasterLock));
  }
};

// Allocations of a new thread that is a processor, from before a signal until `locks.done`.
template <class Send>
int allocations_on_a_new_processor(Locks& locks, Send send) {
  allocations = 0;
  std::atomic<bool> ready = false;
  std::thread processor([&] {
    EXPECT_EQ(SpinlabBecomeProcessor(), 0U);
    counts_allocations = true;
    ready = true;
    while (!locks.done) continue;  // Calls nothing.
    counts_allocations = false;
  });
  while (!ready) std::this_thread::yield();
  send();
  processor.join();
  return allocations;
}

TEST(Allocations, AreCounted) {
  counts_allocations = true;
  const int before = allocations;
  void* volatile memory = malloc(1);
  int* volatile number = new int;
  counts_allocations = false;
  EXPECT_EQ(allocations, before + 2);
  delete number;
  free(memory);
}

TEST(FirstUseOfLocks, InADpcAllocatesNothing) {
  Locks locks;
  KDPC dpc;
  KeInitializeDpc(
      &dpc,
      [](PKDPC, PVOID context, PVOID, PVOID) {
        Locks& of = *static_cast<Locks*>(context);
        of.use_nested();
        of.use_reader_writer();
        of.done = true;
      },
      &locks);
  EXPECT_EQ(
      allocations_on_a_new_processor(locks, [&] { KeInsertQueueDpc(&dpc, nullptr, nullptr); }), 0);
}

TEST(FirstUseOfLocks, InAServiceRoutineAllocatesNothing) {
  Locks locks;
  KSPIN_LOCK lock = 0;
  PKINTERRUPT interrupt = nullptr;
  const auto serve = [](PKINTERRUPT, PVOID context) -> BOOLEAN {
    Locks& of = *static_cast<Locks*>(context);
    of.use_nested();
    of.done = true;
    return TRUE;
  };
  ASSERT_EQ(IoConnectInterrupt(&interrupt, serve, &locks, &lock, 0, 5, 5, Latched, FALSE, 1, FALSE),
            STATUS_SUCCESS);
  EXPECT_EQ(allocations_on_a_new_processor(locks, [&] { SpinlabFireInterrupt(interrupt, 0); }), 0);
  IoDisconnectInterrupt(interrupt);
}

}  // namespace
}  // namespace spinlab
