// Programs that are wrong in a way that is no memory order's fault: the checker says which.
#include <gmock/gmock.h>

#include <array>
#include <optional>

#include "machines/checked/check.hpp"
#include "outcomes.hpp"

namespace spinlab {
namespace {

using checked::Verdict;
using testing::AnyOf;
using testing::Eq;
using testing::HasSubstr;
using Cell = Checked::Cell<int>;
using enum std::memory_order;

constexpr auto kIsSet = [](int value) { return value != 0; };
constexpr auto kIsPointer = [](auto* value) { return value != nullptr; };

// ---- lifetimes ----

template <bool kWaits>
struct CellOnAStack {
  Checked::Cell<Cell*> published{nullptr};
  Cell done{0};

  void run(int thread) {
    if (thread == 1) {
      published.await(kIsPointer, acquire)->store(1, relaxed);
      return done.store(1, release);
    }
    Cell own(0);
    published.store(&own, release);
    if (kWaits) done.await(kIsSet, acquire);
  }
};

TEST(Lifetime, ACellOnAStackMayBeUsedWhileItLives) {
  const auto result = checked::check<CellOnAStack<true>>(2);
  EXPECT_EQ(result.outcome.verdict(), Verdict::kOk) << result.report;
  EXPECT_EQ(result.outcome.executions, 1U);
}

TEST(Lifetime, ACellOnAStackMustNotBeUsedWhenItsEndIsNotAwaited) {
  const auto result = checked::check<CellOnAStack<false>>(2);
  EXPECT_THAT(result.outcome.verdict(), AnyOf(Eq(Verdict::kRace), Eq(Verdict::kMisuse)));
}

// Out of the compiler's sight, which knows a dangling pointer when it sees one.
[[gnu::noinline]] Cell* address_of(std::optional<Cell>& own) { return &*own; }

struct UsedAfterItsEnd {
  Checked::Cell<Cell*> published{nullptr};
  void run(int thread) {
    if (thread == 1) {
      published.await(kIsPointer, acquire)->load(relaxed);
      return;
    }
    std::optional<Cell> own(std::in_place, 0);
    Cell* const ended = address_of(own);
    own.reset();
    published.store(ended, release);
  }
};

TEST(Lifetime, ACellWhoseEndIsKnownToItsUserIsMisused) {
  const auto result = checked::check<UsedAfterItsEnd>(2);
  EXPECT_EQ(result.outcome.verdict(), Verdict::kMisuse);
  EXPECT_THAT(result.outcome.violation.what, HasSubstr("after its lifetime has ended"));
}

struct TwoLives {
  Checked::Cell<Cell*> published{nullptr};
  Cell born{0}, done{0};

  void run(int thread) {
    for (int life = 1; life <= 2; ++life) {
      const auto is_this_life = [life](int value) { return value == life; };
      if (thread == 0) {
        Cell own(life);
        published.store(&own, relaxed);
        born.store(life, release);
        done.await(is_this_life, acquire);
      } else {
        born.await(is_this_life, acquire);
        checked::require(published.load(relaxed)->load(relaxed) == life, "a ghost");
        done.store(life, release);
      }
    }
  }
};

TEST(Lifetime, ASecondCellAtTheSameAddressIsAnotherOne) {
  const auto result = checked::check<TwoLives>(2);
  EXPECT_EQ(result.outcome.verdict(), Verdict::kOk) << result.report;
}

// ---- stray pointers ----

struct NullPointer {
  Checked::Cell<Cell*> published{nullptr};
  Cell cell{0};
  void run(int thread) {
    if (thread == 0) {
      published.store(&cell, release);
    } else {
      published.load(acquire)->store(1, relaxed);
    }
  }
};

TEST(StrayPointer, ToNoCellIsMisuse) {
  const auto result = checked::check<NullPointer>(2);
  EXPECT_EQ(result.outcome.verdict(), Verdict::kMisuse);
  EXPECT_THAT(result.outcome.violation.what, HasSubstr("stray pointer"));
  EXPECT_EQ(result.outcome.violation.thread, 1);
}

struct BesideACell {
  std::array<char, 64> bytes{};
  Cell cell{0};
  void run(int) { reinterpret_cast<Cell*>(bytes.data() + 16)->load(relaxed); }
};

TEST(StrayPointer, IntoTheSharedStateButToNoCellIsMisuse) {
  EXPECT_EQ(checked::check<BesideACell>(1).outcome.verdict(), Verdict::kMisuse);
}

// ---- loops ----

struct HandWrittenLoop {
  static constexpr std::uint32_t kLoadsAt = __LINE__ + 5;
  Cell flag{0};

  void run(int thread) {
    if (thread == 0) return flag.store(1, release);
    while (flag.load(acquire) == 0) {
    }
  }
};

TEST(Livelock, IsALoopThatIsNoAwaitAndIsNamedByFileAndLine) {
  const auto result = checked::check<HandWrittenLoop>(2);
  EXPECT_EQ(result.outcome.verdict(), Verdict::kLivelock);
  const auto& where = result.outcome.violation.request.where;
  EXPECT_EQ(checked::base_name(where.file_name()), "misuse_test.cpp");
  EXPECT_EQ(where.line(), HandWrittenLoop::kLoadsAt);
}

// A loop of `kOperations` loads a turn.
template <int kOperations>
struct LongLoop {
  Cell flag{0}, other{0};
  void run(int thread) {
    if (thread == 0) return flag.store(1, release);
    while (flag.load(acquire) == 0) {
      if (kOperations > 1) other.load(relaxed);
      if (kOperations > 2) other.load(relaxed);
      if (kOperations > 3) other.load(relaxed);
      if (kOperations > 4) other.load(relaxed);
      if (kOperations > 5) other.load(relaxed);
      if (kOperations > 6) other.load(relaxed);
      if (kOperations > 7) other.load(relaxed);
      if (kOperations > 8) other.load(relaxed);
      for (int more = 9; more < kOperations; ++more) other.store(more, relaxed);
    }
  }
};
// All threads but one spin on one cell, which they also write.
struct CrowdThatSpins {
  Cell flag{1};
  void run(int thread) {
    if (thread == 0) return;
    while (flag.exchange(1, acquire) != 0) {
    }
  }
};
struct LoopWithADoorway {
  Cell flag{1};
  void run(int) {
    while (flag.exchange(1, acquire) != 0) Checked::doorway();
  }
};
struct LoopThatCounts {
  Cell flag{0}, tries{0};
  void run(int) {
    while (flag.load(acquire) == 0) tries.fetch_add(1, relaxed);
  }
};
// Reaches its loop when it has no event left.
struct LoopAtTheEnd {
  static constexpr std::uint32_t kLoadsAt = __LINE__ + 4;
  Cell flag{0}, data{0};
  void run(int) {
    for (int turn = 0; turn < 100; ++turn) data.store(turn, relaxed);
    while (flag.load(acquire) == 0) {
    }
  }
};
struct CrowdThatLooks {
  Cell flag{0};
  void run(int thread) {
    if (thread == 0) return;
    while (flag.load(acquire) == 0) {
    }
  }
};

template <class World>
void expect_livelock(int threads) {
  const checked::Program program = checked::program_of<World>(threads);
  const checked::Outcome outcome = checked::Search(program, {}).run();
  EXPECT_EQ(outcome.verdict(), Verdict::kLivelock) << outcome.violation.what;
}

TEST(Livelock, IsEveryLoopThatWaitsHoweverLongItsTurnAndWhateverItDoes) {
  expect_livelock<LongLoop<2>>(2);
  expect_livelock<LongLoop<9>>(2);
  expect_livelock<LongLoop<40>>(2);
  expect_livelock<LoopWithADoorway>(1);
  expect_livelock<LoopThatCounts>(1);
  expect_livelock<LoopAtTheEnd>(1);
}

TEST(Livelock, IsALoopOfManyThreadsOnOneCell) {
  for (const int threads : {3, 4, 8}) {
    expect_livelock<CrowdThatSpins>(threads);
    expect_livelock<CrowdThatLooks>(threads);
  }
}

TEST(Livelock, IsNamedByItsLoopEvenIfTheBoundCameBefore) {
  const auto result = checked::check<LoopAtTheEnd>(1);
  EXPECT_EQ(result.outcome.violation.request.where.line(), LoopAtTheEnd::kLoadsAt);
  EXPECT_THAT(result.report, HasSubstr("thread 0, in its loop: load at misuse_test.cpp:"));
}

struct CountsFar {
  Cell cell{0};
  void run(int) {
    for (int turn = 0; turn < 300; ++turn) cell.fetch_add(1, relaxed);
  }
};
struct AwaitsAtTheEnd {
  Cell cell{0}, never{0};
  void run(int) {
    for (int turn = 0; turn < 300; ++turn) cell.store(1, relaxed);
    never.await(kIsSet, relaxed);
  }
};
struct FailsBeyond {
  Cell cell{0};
  void run(int) {
    for (int turn = 0; turn < 300; ++turn) cell.store(1, relaxed);
    checked::require(false, "not reached");
  }
};

template <class World>
void expect_too_large() {
  const checked::Program program = checked::program_of<World>(1);
  const checked::Outcome outcome = checked::Search(program, {}).run();
  EXPECT_EQ(outcome.verdict(), Verdict::kMisuse);
  EXPECT_THAT(outcome.violation.what, HasSubstr("the program is too large"));
}

TEST(Bounds, AProgramThatIsOnlyLongIsNoLivelock) {
  expect_too_large<CountsFar>();
  expect_too_large<AwaitsAtTheEnd>();
  expect_too_large<FailsBeyond>();
}

// ---- determinism ----

enum class Changes { kOperation, kOperand, kLonger, kShorter };

template <Changes kChanges>
struct Unsteady {
  static inline int runs = 0;
  Cell cell{0};

  void run(int thread) {
    if (thread == 1) {
      cell.store(1, relaxed);
      cell.load(relaxed);
      return;
    }
    const bool is_first = runs++ == 0;
    if (kChanges == Changes::kOperand) cell.store(runs, relaxed);
    if (kChanges == Changes::kOperation && is_first) cell.store(1, relaxed);
    if (kChanges == Changes::kOperation && !is_first) cell.load(relaxed);
    if (kChanges == Changes::kLonger && !is_first) cell.load(relaxed);
    if (kChanges == Changes::kShorter && is_first) cell.load(relaxed);
  }
};

template <Changes kChanges>
void expect_unsteady() {
  for (const int threads : {1, 2}) {
    Unsteady<kChanges>::runs = 0;
    const Explored found = explore<Unsteady<kChanges>>(threads);
    EXPECT_EQ(found.outcome.verdict(), Verdict::kMisuse) << threads << " threads";
    EXPECT_THAT(found.outcome.violation.what, HasSubstr("not deterministic"));
  }
}

TEST(Determinism, AnotherOperationInTheSecondRunIsSaid) { expect_unsteady<Changes::kOperation>(); }

TEST(Determinism, AnotherValueInTheSecondRunIsSaid) { expect_unsteady<Changes::kOperand>(); }

TEST(Determinism, ALongerSecondRunIsSaid) { expect_unsteady<Changes::kLonger>(); }

TEST(Determinism, AShorterSecondRunIsSaid) { expect_unsteady<Changes::kShorter>(); }

struct Contended {
  Cell cell{0};
  void run(int thread) {
    cell.fetch_add(1, relaxed);
    cell.store(thread, relaxed);
    cell.load(relaxed);
  }
};

TEST(Determinism, TheSameSearchTwiceCountsTheSame) {
  const checked::Outcome once = explore<Contended>(3).outcome;
  const checked::Outcome again = explore<Contended>(3).outcome;
  EXPECT_GT(once.executions, 100U);
  EXPECT_GT(once.revisits, 100U);
  EXPECT_EQ(once.executions, again.executions);
  EXPECT_EQ(once.revisits, again.revisits);
  EXPECT_EQ(once.blocked, again.blocked);
}

struct Crowded {
  Cell cell{0};
  void run(int) {
    for (int turn = 0; turn < 60; ++turn) cell.fetch_add(1, relaxed);
  }
};

TEST(Bounds, ACellHoldsEverythingThatEightThreadsDo) {
  checked::Options options;
  options.events_per_thread = 125;
  options.max_executions = 1;
  const checked::Program program = checked::program_of<Crowded>(8);
  const checked::Outcome outcome = checked::Search(program, options).run();
  EXPECT_EQ(outcome.verdict(), Verdict::kOk);
  EXPECT_EQ(outcome.executions, 1U);
}

TEST(Bounds, ProgramsThatAreTooLargeAreRefused) {
  EXPECT_THROW(explore<Contended>(0), std::invalid_argument);
  EXPECT_THROW(explore<Contended>(9), std::invalid_argument);
  checked::Options options;
  options.events_per_thread = checked::kMaxEvents;
  EXPECT_THROW(explore<Contended>(1, options), std::invalid_argument);
}

}  // namespace
}  // namespace spinlab
