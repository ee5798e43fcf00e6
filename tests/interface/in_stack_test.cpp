// What a KSPIN_LOCK and a KLOCK_QUEUE_HANDLE show from outside, through the core over native
// threads: Windows' values with native_layout, and what other backends put there.
#include <gtest/gtest.h>

#include <thread>

#include "algorithms/mcs_lock.hpp"
#include "algorithms/native_layout_lock.hpp"
#include "algorithms/tas_mcs_lock.hpp"
#include "algorithms/ticket_lock.hpp"
#include "interface/ke.hpp"
#include "machines/native/native.hpp"

namespace spinlab {
namespace {

using M = NativeYielding;
using Windows = Ke<NativeLayoutLock, M>;

KSPIN_LOCK* with_bits(KSPIN_LOCK* lock, std::uintptr_t bits) {
  return reinterpret_cast<KSPIN_LOCK*>(reinterpret_cast<std::uintptr_t>(lock) | bits);
}

TEST(NativeLayoutValues, PlainDoorShowsOneWhileHeld) {
  KSPIN_LOCK lock = 0;
  Windows::acquire_at_dpc(&lock);
  EXPECT_EQ(lock, 1U);
  Windows::release_from_dpc(&lock);
  EXPECT_EQ(lock, 0U);
}

TEST(NativeLayoutValues, QueuedDoorShowsTheHandleAndTheOwnerBit) {
  KSPIN_LOCK lock = 0;
  KLOCK_QUEUE_HANDLE handle;
  Windows::acquire_in_stack(&lock, &handle);
  EXPECT_EQ(lock, reinterpret_cast<KSPIN_LOCK>(&handle));
  EXPECT_EQ(handle.LockQueue.Next, nullptr);
  EXPECT_EQ(handle.LockQueue.Lock, with_bits(&lock, 2));
  EXPECT_EQ(handle.OldIrql, PASSIVE_LEVEL);
  Windows::release_in_stack(&handle);
  EXPECT_EQ(lock, 0U);
  EXPECT_EQ(handle.LockQueue.Lock, &lock);
  EXPECT_EQ(handle.OldIrql, PASSIVE_LEVEL);
}

TEST(NativeLayoutValues, AWaiterLinksItsHandleAndOwnsItAfterTheHandOver) {
  KSPIN_LOCK lock = 0;
  KLOCK_QUEUE_HANDLE first, second;
  Windows::acquire_in_stack_at_dpc(&lock, &first);
  std::thread waiter([&] {
    Windows::acquire_in_stack_at_dpc(&lock, &second);
    EXPECT_EQ(second.LockQueue.Lock, with_bits(&lock, 2));
    EXPECT_EQ(lock, reinterpret_cast<KSPIN_LOCK>(&second));
    Windows::release_in_stack_from_dpc(&second);
  });
  const std::atomic_ref tail(lock);
  // relaxed: only the value counts, no data behind it is read.
  while (tail.load(std::memory_order::relaxed) == reinterpret_cast<KSPIN_LOCK>(&first))
    std::this_thread::yield();
  EXPECT_EQ(tail.load(std::memory_order::relaxed), reinterpret_cast<KSPIN_LOCK>(&second));
  Windows::release_in_stack_from_dpc(&first);
  waiter.join();
  EXPECT_EQ(lock, 0U);
}

TEST(InStack, NextNamesThePoolsNodeOfAQueueLock) {
  KSPIN_LOCK lock = 0;
  KLOCK_QUEUE_HANDLE handle;
  Ke<McsLock, M>::acquire_in_stack(&lock, &handle);
  // Alone in the queue, the node is the tail that an MCS lock's word names.
  EXPECT_NE(lock, 0U);
  EXPECT_EQ(reinterpret_cast<KSPIN_LOCK>(handle.LockQueue.Next), lock);
  EXPECT_EQ(handle.LockQueue.Lock, &lock);
  Ke<McsLock, M>::release_in_stack(&handle);
  EXPECT_EQ(handle.LockQueue.Next, nullptr);
  EXPECT_EQ(handle.LockQueue.Lock, &lock);
}

TEST(InStack, NextIsNullForALockWithoutNodes) {
  KSPIN_LOCK lock = 0;
  KLOCK_QUEUE_HANDLE handle;
  Ke<TicketLock, M>::acquire_in_stack(&lock, &handle);
  EXPECT_EQ(handle.LockQueue.Next, nullptr);
  EXPECT_EQ(handle.LockQueue.Lock, &lock);
  Ke<TicketLock, M>::release_in_stack(&handle);
}

TEST(InStack, TwoHandlesOfOneThreadNameTwoNodes) {
  KSPIN_LOCK outer = 0, inner = 0;
  KLOCK_QUEUE_HANDLE outer_handle, inner_handle;
  using Core = Ke<TasMcsLock, M>;
  Core::acquire_in_stack(&outer, &outer_handle);
  Core::acquire_in_stack(&inner, &inner_handle);
  EXPECT_NE(outer_handle.LockQueue.Next, nullptr);
  EXPECT_NE(outer_handle.LockQueue.Next, inner_handle.LockQueue.Next);
  Core::release_in_stack(&outer_handle);
  Core::release_in_stack(&inner_handle);
  Core::free(&outer);
  Core::free(&inner);
}

}  // namespace
}  // namespace spinlab
