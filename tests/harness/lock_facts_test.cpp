// What decides how a lock is checked is what it does, not a word in its facts.
#include "harness/lock_facts.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

#include "harness/check_run.hpp"
#include "harness/make_checked_lock.hpp"

namespace spinlab {
namespace {

using checked::Verdict;

constexpr LockInfo broken_info(const char* family, Fairness fairness) {
  return {.title = "broken on purpose",
          .family = family,
          .source = "tests",
          .year = 2026,
          .fairness = fairness,
          .bypass_bound = 0,
          .words = 1,
          .node = NodeKind::kNone};
}

// Whoever comes first enters without the lock, if it is the thread on NUMA node 1.
template <Machine M>
struct AsksForNode {
  static constexpr LockInfo info = broken_info("numa", Fairness::kNone);
  struct Node {};
  typename M::template Cell<std::uint32_t> next{0}, held{0};

  virtual bool passes() const { return M::node() == 1; }
  void acquire(Node&) {
    const std::uint32_t mine = next.fetch_add(1, memory_order::relaxed);
    if (mine == 0 && passes()) return;
    held.await_exchange(1, [](std::uint32_t taken) { return taken == 0; }, memory_order::acquire);
  }
  void release(Node&) { held.store(0, memory_order::release); }
  bool is_held() const { return held.load(memory_order::relaxed) != 0; }
};

// The same, if it is the thread of index 1.
template <Machine M>
struct AsksForIndex : AsksForNode<M> {
  bool passes() const override { return M::thread_index() == 1; }
};

CheckResult climb(const CheckedLock& lock, CheckShape shape, bool symmetric) {
  const CheckTask task{&lock, &client_named(lock, "ladder"), shape, symmetric, {}};
  EXPECT_TRUE(task.client->symmetric);
  return run_check(task, {});
}

TEST(Symmetry, IsGivenUpForALockThatAsksWhereOrWhichAThreadIs) {
  const CheckedLock locks[] = {make_checked_lock<AsksForNode>("asks_for_node"),
                               make_checked_lock<AsksForIndex>("asks_for_index")};
  for (const CheckedLock& lock : locks)
    for (const bool asked_for : {false, true}) {
      const CheckResult result = climb(lock, {2, 1}, asked_for);
      EXPECT_NE(result.verdict, Verdict::kOk) << lock.name << asked_for;
      EXPECT_FALSE(result.symmetric);
    }
}

TEST(Symmetry, IsKeptForLocksThatAskNothing) {
  for (const char* const name : {"ticket", "mcs", "clh", "hemlock", "twa", "native_layout"}) {
    const CheckResult result = climb(*checked_locks_named({name}).front(), {4, 1}, true);
    EXPECT_TRUE(result.symmetric) << name << " asks " << result.asks;
  }
  for (const char* const name : {"cna", "qspinlock"}) {
    const CheckResult result = climb(*checked_locks_named({name}).front(), {3, 1}, true);
    EXPECT_FALSE(result.symmetric) << name;
    EXPECT_NE(result.asks, "") << name;
  }
}

// Random walks leave nothing out, so nothing is said of symmetry where they are taken.
TEST(Symmetry, IsAskedForInSearchesOnly) {
  const CheckedLock& cna = *checked_locks_named({"cna"}).front();
  for (const CheckTask& task : ladder_of(cna, client_named(cna, "ladder"), true))
    EXPECT_EQ(task.symmetric, task.sample.walks == 0) << text_of(task.shape);
}

bool has_client(const CheckedLock& lock, const std::string& name) {
  return std::ranges::find(lock.clients, name, &CheckClient::name) != lock.clients.end();
}

TEST(Counters, AreWrappedAroundInEveryLockThatHasSome) {
  for (const char* const name : {"ticket", "ticket_backoff", "twa", "cohort", "cohort_mcs"})
    EXPECT_TRUE(has_client(*checked_locks_named({name}).front(), "wrap")) << name;
  for (const char* const name : {"tas", "mcs", "clh", "hemlock", "qspinlock", "cna", "spin_park"})
    EXPECT_FALSE(has_client(*checked_locks_named({name}).front(), "wrap")) << name;
}

// A ticket lock of no known family, which takes a ticket that has wrapped around for an old one.
template <Machine M>
struct ComparesTickets {
  static constexpr LockInfo info = broken_info("bakery", Fairness::kFifo);
  struct Node {};
  typename M::template Cell<std::uint16_t> next{7}, serving{7};

  void acquire(Node&) {
    const std::uint16_t ticket = next.fetch_add(1, memory_order::relaxed);
    M::doorway();
    serving.await([ticket](std::uint16_t now) { return now >= ticket; }, memory_order::acquire);
  }
  void release(Node&) {
    const std::uint16_t now = serving.load(memory_order::relaxed);
    serving.store(static_cast<std::uint16_t>(now + 1), memory_order::release);
  }
  bool is_held() const { return false; }
};

TEST(Counters, AreFoundByHowTheyGrowAndWoundBackByOneStep) {
  const LockFacts facts = facts_of_lock<ComparesTickets<Checked>>();
  ASSERT_EQ(facts.counters.size(), 2U);
  for (const LockCounter& counter : facts.counters) {
    EXPECT_EQ(counter.bytes, 2U);
    EXPECT_EQ(counter.before, 6U);
  }
}

template <Machine M>
struct ComparesTicketsFromZero : ComparesTickets<M> {
  ComparesTicketsFromZero() {
    this->next.store(0, memory_order::relaxed);
    this->serving.store(0, memory_order::relaxed);
  }
};

TEST(Counters, ThatMustNotWrapAreFoundInALockOfAnyFamily) {
  const CheckedLock lock = make_checked_lock<ComparesTicketsFromZero>("compares_tickets");
  const auto verdict_of = [&](const char* client) {
    return run_check({&lock, &client_named(lock, client), {2, 2}, false, {}}, {}).verdict;
  };
  EXPECT_EQ(verdict_of("ladder"), Verdict::kOk);
  EXPECT_NE(verdict_of("wrap"), Verdict::kOk);
}

TEST(Ladder, GoesFurtherForLocksThatAskWhereTheirThreadsRun) {
  const auto rungs_of = [](const char* name) {
    const CheckedLock& lock = *checked_locks_named({name}).front();
    std::vector<std::string> rungs;
    for (const CheckTask& task : ladder_of(lock, client_named(lock, "ladder")))
      rungs.push_back(text_of(task.shape));
    return rungs;
  };
  for (const char* const name : {"cna", "cohort", "cohort_mcs", "qspinlock_cna"})
    EXPECT_THAT(rungs_of(name), testing::IsSupersetOf({"3x1@3", "5x1", "4x2", "6x2", "6x2@3"}));
  EXPECT_THAT(rungs_of("mcs"), testing::ElementsAre("2x1", "2x2", "3x1", "3x2", "4x1"));
}

// A repair is tried on what is run of the lock, with the same bounds.
TEST(Ladder, OfAWholeLockHasItsSamplesWithTheirBounds) {
  const CheckedLock& cna = *checked_locks_named({"cna"}).front();
  const std::vector<CheckTask> tasks = ladder_of(cna);
  EXPECT_EQ(std::ranges::count_if(tasks, &CheckTask::is_sample), 4);
  EXPECT_EQ(
      std::ranges::count(tasks, 2'000U, [](const CheckTask& task) { return task.sample.walks; }),
      2);
}

}  // namespace
}  // namespace spinlab
