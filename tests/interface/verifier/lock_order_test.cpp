// LockOrder against a search of the whole graph, and at the size of a large driver.
#include "interface/verifier/lock_order.hpp"

#include <array>
#include <cstdlib>
#include <deque>
#include <random>
#include <set>

#include "tests/interface/verifier/stops.hpp"

namespace spinlab::verifier {
namespace {

constexpr int kLocks = 12;

// The same, found by looking everywhere.
class PlainOrder {
 public:
  bool would_close(int held, int acquired) const {
    if (held == acquired) return true;
    for (const auto& [from, to] : edges_)
      if (from == acquired && would_close(held, to)) return true;
    return false;
  }
  void add(int held, int acquired) { edges_.insert({held, acquired}); }
  bool has(int held, int acquired) const { return edges_.contains({held, acquired}); }
  void forget(int lock) {
    std::erase_if(edges_,
                  [lock](const auto& edge) { return edge.first == lock || edge.second == lock; });
  }

 private:
  std::set<std::pair<int, int>> edges_;
};

// A way from the lock that is about to be acquired back to it, along orders that were seen.
void expect_way_back(const OrderCycle& cycle, const std::array<LockRecord, kLocks>& locks,
                     const PlainOrder& plain) {
  const std::size_t shown = std::min(cycle.length, OrderCycle::kMaxSteps);
  for (std::size_t i = 1; i < shown; ++i) {
    const OrderStep& step = cycle.steps[i];
    EXPECT_EQ(step.acquired, cycle.steps[i - 1].held);
    EXPECT_TRUE(plain.has(static_cast<int>(step.held - locks.data()),
                          static_cast<int>(step.acquired - locks.data())));
  }
  if (shown == cycle.length) {
    EXPECT_EQ(cycle.steps[shown - 1].held, cycle.steps[0].acquired);
  }
}

void compare_orders(std::mt19937& random) {
  std::array<LockRecord, kLocks> locks;
  LockOrder order;
  PlainOrder plain;
  std::set<std::pair<int, int>> reported;
  for (int step = 0; step < 200; ++step) {
    const int held = static_cast<int>(random() % kLocks);
    const int acquired = static_cast<int>(random() % kLocks);
    if (held == acquired) continue;
    if (random() % 16 == 0) {
      LockRecord& gone = locks[static_cast<std::size_t>(held)];
      if (LockOrder::id_of(gone) != 0) reported.clear();
      order.forget(gone);
      plain.forget(held);
      continue;
    }
    LockRecord& from = locks[static_cast<std::size_t>(held)];
    LockRecord& to = locks[static_cast<std::size_t>(acquired)];
    const bool is_cycle = plain.would_close(held, acquired);
    const bool is_new = !is_cycle || reported.insert({held, acquired}).second;
    const auto cycle = order.add(from, to, {&from, {}, &to, {}});
    ASSERT_EQ(cycle.has_value(), is_cycle && is_new) << held << " before " << acquired;
    if (cycle) expect_way_back(*cycle, locks, plain);
    if (!is_cycle) plain.add(held, acquired);
  }
}

TEST(LockOrder, AgreesWithASearchOfTheWholeGraph) {
  const char* const given = std::getenv("SPINLAB_SEED");
  const unsigned seed = given != nullptr ? static_cast<unsigned>(std::atoi(given)) : 20261121;
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  for (int graph = 0; graph < 500 && !testing::Test::HasFatalFailure(); ++graph)
    compare_orders(random);
}

// ---- 10,000 locks and 1,000,000 nested acquisitions, of which docs/verifier.md tells the time ----

class ManyLocks : public Stops {
 protected:
  static constexpr std::size_t kMany = 10'000;
  static constexpr std::size_t kNested = 1'000'000;

  ManyLocks() {
    for (KSPIN_LOCK& lock : locks) KeInitializeSpinLock(&lock);
  }

  void nest(std::size_t outer, std::size_t inner) {
    KIRQL old;
    KeAcquireSpinLock(&locks[outer], &old);
    KeAcquireSpinLockAtDpcLevel(&locks[inner]);
    KeReleaseSpinLockFromDpcLevel(&locks[inner]);
    KeReleaseSpinLock(&locks[outer], old);
  }

  std::vector<KSPIN_LOCK> locks = std::vector<KSPIN_LOCK>(kMany);
};

TEST_F(ManyLocks, InAnOrderThatNobodyToldAreFine) {
  std::vector<std::size_t> order(kMany);
  for (std::size_t i = 0; i < kMany; ++i) order[i] = i;
  std::mt19937 random(20261121);
  std::shuffle(order.begin(), order.end(), random);
  for (std::size_t i = 0; i < kNested; ++i) {
    const std::size_t first = random() % kMany;
    const std::size_t second = random() % kMany;
    if (first != second) nest(order[std::min(first, second)], order[std::max(first, second)]);
  }
  EXPECT_THAT(codes(), testing::IsEmpty());
}

TEST_F(ManyLocks, AllHeldAtOnceAreFine) {
  KIRQL old;
  KeRaiseIrql(DISPATCH_LEVEL, &old);
  for (std::size_t round = 0; round < kNested / kMany; ++round) {
    for (KSPIN_LOCK& lock : locks) KeAcquireSpinLockAtDpcLevel(&lock);
    for (KSPIN_LOCK& lock : locks) KeReleaseSpinLockFromDpcLevel(&lock);  // The oldest first.
  }
  KeLowerIrql(old);
  EXPECT_THAT(codes(), testing::IsEmpty());
}

TEST_F(ManyLocks, InAChainThatGrowsBackwardsCloseACycleAtItsEnd) {
  for (std::size_t i = 1; i < kMany; ++i) nest(i, i - 1);
  EXPECT_THAT(codes(), testing::IsEmpty());
  nest(0, kMany - 1);
  EXPECT_THAT(codes(), testing::ElementsAre("0xC4/0x1001"));
}

}  // namespace
}  // namespace spinlab::verifier
