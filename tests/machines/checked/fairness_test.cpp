// Fairness as it is judged: by the doorways that a lock marks. One that marks none, or marks it
// where it shows nothing, must not pass for fair.
#include <gmock/gmock.h>

#include <array>

#include "machines/checked/check.hpp"

namespace spinlab {
namespace {

using checked::Mark;
using checked::Verdict;
using testing::HasSubstr;
using enum std::memory_order;

// Where an acquisition calls M::doorway().
enum class Doorway : std::uint8_t {
  kNever,
  kAfterTheDraw,
  kTwice,
  kFirst,       // Before it has done anything.
  kLate,        // After another operation than the one that decides.
  kWhenItWaits  // Not on the path of a free lock.
};

// Arrivals push themselves on a stack of tickets: the last to come is the first to enter. Or, if it
// is no stack, they enter as they came.
template <Doorway kDoorway, bool kIsStack>
struct Line {
  static constexpr std::uint32_t kOrder[] = {0, 2, 1};  // Who comes third passes the second.

  Checked::Cell<std::uint32_t> next{0};
  Checked::Cell<std::uint32_t> served{0};
  Checked::Cell<std::uint32_t> aside{0};

  void acquire() {
    if (kDoorway == Doorway::kFirst) Checked::doorway();
    const std::uint32_t ticket = next.fetch_add(1, acq_rel);
    if (kDoorway == Doorway::kAfterTheDraw || kDoorway == Doorway::kTwice) Checked::doorway();
    if (kDoorway == Doorway::kWhenItWaits && ticket != 0) Checked::doorway();
    if (kDoorway == Doorway::kLate) {
      aside.store(ticket, relaxed);
      Checked::doorway();
    }
    const std::uint32_t turn = kIsStack ? kOrder[ticket] : ticket;
    served.await([turn](std::uint32_t now) { return now == turn; }, memory_order::acquire);
    if (kDoorway == Doorway::kTwice) Checked::doorway();
  }

  void run(int) {
    checked::arrive();
    acquire();
    checked::mark(Mark::kEntry);
    checked::mark(Mark::kExit);
    served.store(served.load(relaxed) + 1, release);
  }
};

checked::Options fifo() {
  checked::Options options;
  options.bypass_bound = 0;
  options.bypass_is_fifo = true;
  return options;
}
checked::Options bounded(int bypasses) {
  checked::Options options;
  options.bypass_bound = bypasses;
  return options;
}

template <class World>
void expect_misuse(const checked::Options& options, const char* reason) {
  const checked::Result result = checked::check<World>(3, options);
  EXPECT_EQ(result.outcome.verdict(), Verdict::kMisuse) << result.report;
  EXPECT_THAT(result.outcome.violation.what, HasSubstr(reason));
}

TEST(Fairness, OfALineIsJudgedByItsDoorways) {
  using Fair = Line<Doorway::kAfterTheDraw, false>;
  using Unfair = Line<Doorway::kAfterTheDraw, true>;
  EXPECT_EQ(checked::check<Fair>(3, fifo()).outcome.verdict(), Verdict::kOk);
  EXPECT_EQ(checked::check<Unfair>(3, fifo()).outcome.verdict(), Verdict::kFifo);
  EXPECT_EQ(checked::check<Unfair>(3, bounded(1)).outcome.verdict(), Verdict::kOk);
  EXPECT_EQ(checked::check<Unfair>(3).outcome.verdict(), Verdict::kOk);
}

TEST(Fairness, IsNotBelievedOfALockThatMarksNoDoorway) {
  expect_misuse<Line<Doorway::kNever, true>>(fifo(), "never called M::doorway()");
  expect_misuse<Line<Doorway::kNever, false>>(bounded(5), "never called M::doorway()");
  EXPECT_EQ((checked::check<Line<Doorway::kNever, true>>(3).outcome.verdict()), Verdict::kOk);
}

TEST(Fairness, IsNotBelievedWhereOnePathMarksNoDoorway) {
  expect_misuse<Line<Doorway::kWhenItWaits, true>>(fifo(), "never called M::doorway()");
}

TEST(Fairness, IsNotBelievedOfADoorwayThatIsMarkedTwice) {
  expect_misuse<Line<Doorway::kTwice, true>>(fifo(), "twice");
}

TEST(Fairness, IsNotBelievedOfADoorwayBeforeAnyOperation) {
  expect_misuse<Line<Doorway::kFirst, true>>(fifo(), "does not follow an atomic operation");
}

TEST(Fairness, IsNotBelievedOfADoorwayThatIsMarkedTooLate) {
  expect_misuse<Line<Doorway::kLate, true>>(fifo(), "two doorways are not ordered");
}

// Everyone takes the one or the other of two lines; neither knows of the other.
struct TwoLines {
  std::array<Checked::Cell<std::uint32_t>, 2> next{Checked::Cell<std::uint32_t>(0),
                                                   Checked::Cell<std::uint32_t>(0)};
  void run(int thread) {
    const auto which = static_cast<std::size_t>(thread % 2);
    checked::arrive(static_cast<std::uint32_t>(which));
    next[which].fetch_add(1, acq_rel);
    Checked::doorway();
    checked::mark(Mark::kEntry);
  }
};

TEST(Fairness, IsJudgedForEachLockByItself) {
  const checked::Result result = checked::check<TwoLines>(3, fifo());
  EXPECT_EQ(result.outcome.verdict(), Verdict::kOk) << result.report;
}

}  // namespace
}  // namespace spinlab
