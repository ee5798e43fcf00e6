// The queued spin locks under interrupts at every operation, each of which waits for a lock of its
// own: on top of one another, more of them than a thread has waiting nodes.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "algorithms/qspinlock_cna_lock.hpp"
#include "machines/native/native.hpp"

namespace spinlab {
namespace {

// One thread, whose interrupts come where the test says: before any operation of a lock.
struct M : NativeYielding {
  inline static std::function<void()> before_operation = [] {};
  inline static std::function<void()> while_it_waits = [] {};

  template <class T>
  class Cell : public NativeYielding::Cell<T> {
    using Base = NativeYielding::Cell<T>;

   public:
    using Base::await;
    using Base::await_for;
    using Base::Base;

    T load(memory_order order) const { return before_operation(), Base::load(order); }
    void store(T value, memory_order order) { before_operation(), Base::store(value, order); }
    T exchange(T value, memory_order order) {
      return before_operation(), Base::exchange(value, order);
    }
    T fetch_or(T bits, memory_order order) {
      return before_operation(), Base::fetch_or(bits, order);
    }
    T fetch_and(T bits, memory_order order) {
      return before_operation(), Base::fetch_and(bits, order);
    }
    bool compare_exchange(T& expected, T value, memory_order success, memory_order failure) {
      return before_operation(), Base::compare_exchange(expected, value, success, failure);
    }
    template <class U, std::size_t kIndex>
    auto part() {
      return before_operation(), Base::template part<U, kIndex>();
    }
    template <class Done>
    T await(Done done, memory_order order) const {
      before_operation();
      if (!done(Base::load(order))) while_it_waits();
      return Base::await(done, order);
    }
    template <class Done>
    std::optional<T> await_for(Done done, memory_order order, std::uint32_t looks) const {
      return before_operation(), Base::await_for(done, order, looks);
    }
  };

  static std::uint32_t thread_index() { return before_operation(), NativeYielding::thread_index(); }
  static void keep_order_for_interrupts() {
    NativeYielding::keep_order_for_interrupts();
    before_operation();
  }
};

static_assert(Machine<M>);

constexpr std::size_t kLevels = 7;

template <class Lock>
class Interrupted : public testing::Test {
 protected:
  static constexpr std::uint32_t kPending = 0x100;
  static constexpr std::size_t kNodes = Lock::Waiters::kContexts;

  std::atomic<std::uint32_t>& word(std::size_t level) {
    return reinterpret_cast<std::atomic<std::uint32_t>&>(locks_[level]);
  }

  // One acquisition, which must wait: a pending waiter, who enters and leaves while it waits, goes
  // before it. Before the operation of that number comes an interrupt, which does the same one level
  // higher. Returns how many operations there were.
  std::size_t visit(std::size_t level, std::size_t interrupted) {
    std::size_t operations = 0;
    const auto outer_operation = std::exchange(M::before_operation, [&] {
      if (operations++ != interrupted || level + 1 == kLevels) return;
      visit(level + 1, interrupted);
    });
    const auto outer = static_cast<std::ptrdiff_t>(waiting_.size());
    const auto outer_wait = std::exchange(M::while_it_waits, [&] {
      const std::uint32_t tail = word(level) >> 16;
      const auto outer_end = waiting_.begin() + outer;  // What follows is this wait's own.
      EXPECT_TRUE(tail == 0 || std::find(waiting_.begin(), outer_end, tail) == outer_end)
          << "two waits share a node at level " << level << ", interrupted at " << interrupted;
      waiting_.push_back(tail);
      word(level).fetch_and(~kPending);
    });
    word(level) = kPending;
    typename Lock::Node node;
    locks_[level].acquire(node);
    waiting_.resize(static_cast<std::size_t>(outer));  // It waits no more.
    EXPECT_EQ(word(level), 1U) << "level " << level << ", interrupted at " << interrupted;
    locks_[level].release(node);
    M::before_operation = outer_operation;
    M::while_it_waits = outer_wait;
    return operations;
  }

  std::array<Lock, kLevels> locks_;
  std::vector<std::uint32_t> waiting_;  // Tails, by level, of those that wait.
};

using Locks = testing::Types<QspinLock<M>, QspinCnaLock<M>>;
TYPED_TEST_SUITE(Interrupted, Locks);

TYPED_TEST(Interrupted, LeaveTheNodesAsTheyWereWhereverTheyCome) {
  const auto& own = TypeParam::Waiters::of(NativeYielding::thread_index());
  std::size_t operations = 1;
  for (std::size_t interrupted = 0; interrupted < operations; ++interrupted) {
    operations = this->visit(0, interrupted);
    ASSERT_EQ(own.nesting, 0U) << "interrupted at " << interrupted;
  }
  EXPECT_GT(operations, 8U);  // It did wait in the queue.
}

// Each level waits in the queue, with a node of its own, when the next one interrupts it.
TYPED_TEST(Interrupted, WaitByTriesWhereTheirThreadHasNoNodeLeft) {
  std::vector<std::uint32_t> names;
  std::size_t level = 0;
  typename TypeParam::Node node;
  std::function<void()> visit_next = [&] {
    const std::size_t here = level;
    this->word(here) = this->kPending;
    this->locks_[here].acquire(node);
    EXPECT_EQ(this->word(here), 1U);
    this->locks_[here].release(node);
  };
  M::while_it_waits = [&] {
    const std::size_t here = level++;
    names.push_back(this->word(here) >> 16);
    if (level < kLevels) visit_next();
    this->word(here).fetch_and(~this->kPending);
  };
  visit_next();
  M::while_it_waits = [] {};
  ASSERT_EQ(names.size(), kLevels);
  for (std::size_t at = 0; at < kLevels; ++at) {
    EXPECT_EQ(names[at] != 0, at < this->kNodes) << at;  // In the queue.
    for (std::size_t before = 0; before < at && at < this->kNodes; ++before)
      EXPECT_NE(names[at], names[before]);
  }
  for (std::size_t at = 0; at < kLevels; ++at) EXPECT_EQ(this->word(at), 0U);
}

}  // namespace
}  // namespace spinlab
