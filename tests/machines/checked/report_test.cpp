// What a report calls things, and what it says of a failure.
#include "machines/checked/report.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "machines/checked/check.hpp"
#include "machines/checked/source_text.hpp"

namespace spinlab {
namespace {

using checked::Verdict;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using Cell = Checked::Cell<int>;
using Word = Checked::Cell<std::uint32_t>;
using enum std::memory_order;

// The compiler knows the file by a path that depends on where it ran.
void know_this_text() {
  std::ifstream file(SPINLAB_THIS_SOURCE);
  std::ostringstream text;
  text << file.rdbuf();
  checked::add_source("report_test.cpp", text.str());
}

template <class World>
std::string report_of(int threads) {
  know_this_text();
  return checked::check<World>(threads).report;
}

std::string place(std::uint32_t line) { return "report_test.cpp:" + std::to_string(line); }

// ---- what failed ----

struct FailsARequire {
  static constexpr std::uint32_t kLine = __LINE__ + 4;
  Cell flag{0};
  void run(int) {
    flag.load(relaxed);
    checked::require(flag.load(relaxed) == 1, "the flag is set");
  }
};

TEST(Report, ShowsAFailedRequireWithItsTextAndPlace) {
  const std::string report = report_of<FailsARequire>(1);
  EXPECT_THAT(report, HasSubstr("exclusion: the flag is set\n"));
  EXPECT_THAT(report,
              HasSubstr("thread 0, next: require at " + place(FailsARequire::kLine) +
                        ": checked::require(flag.load(relaxed) == 1, \"the flag is set\");\n"));
  EXPECT_THAT(report, Not(HasSubstr("fence")));
}

struct Throws {
  void run(int) { throw std::runtime_error("no more"); }
};

TEST(Report, NamesNoOperationWhereNoneFailed) {
  EXPECT_THAT(report_of<Throws>(1), HasSubstr("an exception left a thread: no more\n  thread 0\n"));
}

// ---- places ----

struct Sleeps {
  static constexpr std::uint32_t kWakes = __LINE__ + 4;
  static constexpr std::uint32_t kParks = kWakes + 1;
  Word word{0};
  void run(int thread) {
    if (thread == 1) return Checked::wake(word, 1);
    while (word.load(relaxed) == 0) Checked::park(word, 0);
  }
};

TEST(Report, NamesTheLinesThatParkAndWake) {
  const std::string report = report_of<Sleeps>(2);
  EXPECT_THAT(report, HasSubstr(place(Sleeps::kParks) + "#2 park world+0.word falls asleep"));
  EXPECT_THAT(report, HasSubstr(place(Sleeps::kParks) + "#2 await sleepers of world+0.word"));
  EXPECT_THAT(report, HasSubstr(place(Sleeps::kWakes) + " update sleepers of world+0.word"));
  EXPECT_THAT(report, Not(HasSubstr("checked.cpp")));
}

struct Labelled {
  static constexpr std::uint32_t kFirst = __LINE__ + 4;
  Cell a{0}, b{0};
  void run(int thread) {
    if (thread == 0) {
      // [A1] labels one.
      a.store(1, relaxed);
      b.store(1, relaxed);
      // [B1, B2] label two.
      a.store(2, relaxed);
      b.store(2, relaxed);
      a.store(3, relaxed);
    }
    b.store(3, relaxed);
    checked::require(false, "always");
  }
};

TEST(Report, GivesALabelToNoOtherOperationThanItsOwn) {
  const std::string report = report_of<Labelled>(1);
  const std::uint32_t first = Labelled::kFirst + 1;
  EXPECT_THAT(report, HasSubstr("T0.0 A1 store world+0.a := 1"));
  EXPECT_THAT(report, HasSubstr("T0.1 " + place(first + 1) + " store world+4.b := 1"));
  EXPECT_THAT(report, HasSubstr("T0.2 B1 store world+0.a := 2"));
  EXPECT_THAT(report, HasSubstr("T0.3 B2 store world+4.b := 2"));
  EXPECT_THAT(report, HasSubstr("T0.4 " + place(first + 5) + " store world+0.a := 3"));
  EXPECT_THAT(report, HasSubstr("T0.5 " + place(first + 7) + " store world+4.b := 3"));
}

struct TwoInALine {
  static constexpr std::uint32_t kLine = __LINE__ + 4;
  Cell a{0}, b{0};
  void run(int) {
    // [A1, A2] label both.
    b.store(a.load(relaxed) + 1, relaxed);
    b.store(a.load(relaxed) + 2, relaxed), a.store(3, relaxed);
    checked::require(false, "always");
  }
};

TEST(Report, TellsTheOperationsOfOneLineApart) {
  const std::string report = report_of<TwoInALine>(1);
  const std::string second = place(TwoInALine::kLine + 1);
  EXPECT_THAT(report, HasSubstr("T0.0 A2 load world+0.a is 0"));
  EXPECT_THAT(report, HasSubstr("T0.1 A1 store world+4.b := 1"));
  EXPECT_THAT(report, HasSubstr("T0.2 " + second + "#2 load world+0.a is 0"));
  EXPECT_THAT(report, HasSubstr("T0.3 " + second + " store world+4.b := 2"));
  EXPECT_THAT(report, HasSubstr("T0.4 " + second + "#3 store world+0.a := 3"));
}

// ---- objects ----

struct WaitingNode {
  Cell next{0};
};
struct MakesObjects {
  Checked::Cell<WaitingNode*> tail{nullptr};
  void run(int thread) {
    Checked::make<WaitingNode>().next.store(1, relaxed);
    auto& second = Checked::make<WaitingNode>();
    tail.exchange(&second, relaxed);
    Checked::thread_slot<WaitingNode>().next.store(2, relaxed);
    Checked::shared<WaitingNode>().next.exchange(3, relaxed);
    Cell own(0);
    own.store(4, relaxed);
    checked::require(thread == 0, "thread 1 fails");
  }
};

TEST(Report, NamesWhatTheMachineMadeByItsTypeAndThread) {
  const std::string report = report_of<MakesObjects>(2);
  EXPECT_THAT(report, HasSubstr("store waiting node 1 of thread 1.next := 1"));
  EXPECT_THAT(report, HasSubstr(":= waiting node 2 of thread 1 relaxed"));
  EXPECT_THAT(report, HasSubstr("store waiting node of thread 1.next := 2"));
  EXPECT_THAT(report, HasSubstr("update waiting node.next is "));
  EXPECT_THAT(report, HasSubstr("store stack of thread 1.own := 4"));
  EXPECT_THAT(report, Not(ContainsRegex("world\\+[1-9]")));
}

struct TwoAlike {
  std::array<Cell, 2> cells{Cell{0}, Cell{0}};
  TwoAlike() { checked::name_object(cells, "pair"); }
  void run(int) {
    for (auto& cell : cells) cell.store(1, relaxed);
    checked::require(false, "always");
  }
};

TEST(Report, SaysNoPlaceOfADestructor) {
  const std::string report = report_of<MakesObjects>(2);
  EXPECT_THAT(report, HasSubstr("T0.10 destroy stack of thread 0.own"));
  EXPECT_THAT(report, Not(HasSubstr("checked.hpp")));
}

TEST(Report, GivesNoTwoCellsTheSameName) {
  const std::string report = report_of<TwoAlike>(1);
  EXPECT_THAT(report, HasSubstr("store pair.cell := 1"));
  EXPECT_THAT(report, HasSubstr("store pair.cell#2 := 1"));
}

// ---- loops ----

struct SpinsForever {
  Cell flag{0};
  void run(int) {
    while (flag.load(acquire) == 0) {
    }
  }
};
struct SpinsInTwoLines {
  Cell flag{0}, turns{0};
  void run(int) {
    while (flag.exchange(1, acquire) != 5) turns.load(relaxed);
  }
};

TEST(Report, FoldsTheTurnsOfALoop) {
  const std::string one = report_of<SpinsForever>(1);
  EXPECT_THAT(one, HasSubstr("T0.0 "));
  EXPECT_THAT(one, HasSubstr("... 99 more times, up to T0.99\n"));
  EXPECT_THAT(one, Not(HasSubstr("T0.1 ")));
  const std::string two = report_of<SpinsInTwoLines>(1);
  EXPECT_THAT(two, ContainsRegex("\\.\\.\\. these 2 lines [0-9]+ more times, up to T0\\.9"));
  EXPECT_LT(std::count(two.begin(), two.end(), '\n'), 30);
  EXPECT_THAT(two, HasSubstr(", ... 32 more times, 1 (T0."));
}

}  // namespace
}  // namespace spinlab
