// Service routines that wait for their locks, one on top of the other: more than a thread has waiting
// nodes.
#include <array>
#include <atomic>
#include <string_view>
#include <thread>
#include <vector>

#include "interface/spinlab_backend.h"
#include "tests/interface/processor_fixture.hpp"

namespace spinlab {
namespace {

// Another processor, whose thread and service routines wait for a lock each, all at once.
class EveryLevelWaits {
 public:
  static constexpr std::size_t kLevels = 8;  // More than a thread has waiting nodes.

  EveryLevelWaits() {
    for (std::size_t level = 0; level < kLevels; ++level) {
      KeInitializeSpinLock(&locks_[level]);
      const auto irql = static_cast<KIRQL>(DISPATCH_LEVEL + 1 + level);
      IoConnectInterrupt(
          &interrupts_[level],
          [](PKINTERRUPT, PVOID of) -> BOOLEAN { return ++*static_cast<int*>(of), TRUE; }, &served_,
          &locks_[level], 0, irql, irql, Latched, FALSE, 1, FALSE);
    }
  }
  ~EveryLevelWaits() {
    for (PKINTERRUPT interrupt : interrupts_) IoDisconnectInterrupt(interrupt);
  }

  // Returns how many service routines have run when all is over.
  int run() {
    for (PKINTERRUPT interrupt : interrupts_) old_.push_back(KeAcquireInterruptSpinLock(interrupt));
    // The first to wait for a lock needs no node in a queue; the one that is interrupted does.
    for (std::size_t level = 0; level < kLevels; ++level) add_waiter(level);
    std::atomic<bool> is_processor = false;
    std::thread interrupted([&] {
      SpinlabBecomeProcessor();
      is_processor = true;
      visit(0);
      SpinlabLeaveProcessor();
    });
    while (!is_processor) std::this_thread::yield();
    await_queued(0);
    for (std::size_t level = 1; level < kLevels; ++level) {
      SpinlabFireInterrupt(interrupts_[level], 1);
      await_queued(level);
    }
    add_waiter(kLevels - 1);  // Behind the innermost.
    for (std::size_t level = kLevels; level-- > 0;)
      KeReleaseInterruptSpinLock(interrupts_[level], old_[level]);
    interrupted.join();
    waiters_.clear();  // Joins.
    return served_;
  }

 private:
  void visit(std::size_t level) {
    const KIRQL old = KeAcquireInterruptSpinLock(interrupts_[level]);
    KeReleaseInterruptSpinLock(interrupts_[level], old);
  }

  void add_waiter(std::size_t level) {
    waiters_.emplace_back([this, level] { visit(level); });
    for (int look = 0; look < 100; ++look) std::this_thread::yield();
  }

  // The queued spin lock's word shows it, while there are nodes. For others: some looks.
  void await_queued(std::size_t level) {
    const bool shows = std::string_view(SpinlabBackendName()).starts_with("qspinlock");
    const auto has_tail = [&] {
      return (std::atomic_ref(locks_[level]).load() & 0xFFFF0000U) != 0;
    };
    for (int look = 0; shows && level < 4 ? !has_tail() : look < 200; ++look)
      std::this_thread::yield();
  }

  std::array<KSPIN_LOCK, kLevels> locks_;
  std::array<PKINTERRUPT, kLevels> interrupts_{};
  std::vector<KIRQL> old_;
  std::vector<std::jthread> waiters_;
  int served_ = 0;
};

using NestedWaits = Processors;

TEST_F(NestedWaits, WaitForALockEachOnTopOfOneAnother) {
  EveryLevelWaits waits;
  EXPECT_EQ(waits.run(), static_cast<int>(EveryLevelWaits::kLevels) - 1);
}

}  // namespace
}  // namespace spinlab
