// check(): a program of one's own, explored from a test.
#include "machines/checked/check.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <stdexcept>

namespace spinlab {
namespace {

using checked::Verdict;
using testing::HasSubstr;

template <memory_order kStore>
struct MessagePassing {
  Checked::Cell<int> data{0};
  Checked::Cell<int> flag{0};

  void run(int thread) {
    if (thread == 0) {
      data.store(1, memory_order::relaxed);
      flag.store(1, kStore);
    } else if (flag.load(memory_order::acquire) == 1) {
      checked::require(data.load(memory_order::relaxed) == 1, "the flag came before the data");
    }
  }
};

TEST(Check, PassesMessagesThatAReleaseStorePublishes) {
  const auto result = checked::check<MessagePassing<memory_order::release>>(2);
  EXPECT_EQ(result.outcome.verdict(), Verdict::kOk) << result.report;
  EXPECT_TRUE(result.outcome.complete);
  EXPECT_EQ(result.outcome.executions, 2U);
}

TEST(Check, NamesTheStoreWhoseOrderIsTooWeak) {
  const auto result = checked::check<MessagePassing<memory_order::relaxed>>(2);
  EXPECT_EQ(result.outcome.verdict(), Verdict::kExclusion);
  EXPECT_THAT(result.report, HasSubstr("the flag came before the data"));
  EXPECT_THAT(result.report, HasSubstr("Prevented by a stronger order at check_test.cpp:23"));
}

struct Prepared {
  Prepared() {
    data.store(7);
    flag.store(1, memory_order::relaxed);
  }
  Checked::Plain<int> data{0};
  Checked::Cell<int> flag{0};
  void run(int) {
    checked::require(data.load() + flag.load(memory_order::relaxed) == 8, "construction is lost");
  }
};

TEST(Check, TakesWhatConstructionStoredAsFirstValues) {
  EXPECT_EQ(checked::check<Prepared>(2).outcome.verdict(), Verdict::kOk);
}

struct WaitsInConstruction {
  WaitsInConstruction() {
    flag.await([](int value) { return value == 1; }, memory_order::relaxed);
  }
  Checked::Cell<int> flag{0};
  void run(int) {}
};

TEST(Check, RefusesAWaitInConstruction) {
  EXPECT_THROW(checked::check<WaitsInConstruction>(1), std::logic_error);
}

struct CellElsewhere {
  void run(int) { static_cast<void>(std::make_unique<Checked::Cell<int>>(0)); }
};

TEST(Check, FindsACellThatLiesOutsideTheProgram) {
  const auto result = checked::check<CellElsewhere>(1);
  EXPECT_EQ(result.outcome.verdict(), Verdict::kMisuse);
  EXPECT_THAT(result.outcome.violation.what, HasSubstr("lies outside the program"));
}

}  // namespace
}  // namespace spinlab
