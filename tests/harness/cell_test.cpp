#include "harness/cell.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "harness/user_error.hpp"

namespace spinlab {
namespace {

const Cell kExample{.workload = "shared_line",
                    .lock = "tbb::spin_mutex",
                    .threads = 12,
                    .load = "90",
                    .placement = "cores",
                    .interface = "instack"};

TEST(Cell, HasARunName) {
  EXPECT_EQ(kExample.to_run_name(),
            "shared_line/tbb::spin_mutex/threads:12/load:90/placement:cores/interface:instack");
}

TEST(Cell, IsReadBackFromItsRunName) {
  for (const auto workload : kWorkloads) {
    for (const auto load : kLoads) {
      for (const auto interface : kInterfaces) {
        Cell cell = kExample;
        cell.workload = workload;
        cell.load = load;
        cell.interface = interface;
        EXPECT_EQ(parse_run_name(cell.to_run_name()), cell);
      }
    }
  }
}

TEST(ParseRunName, RefusesEverythingElseInOneLine) {
  for (const char* name :
       {"", "/", "BM_lock/threads:2", "empty/tas/threads:2/load:none/placement:cores",
        "empty/tas/threads:2/load:none/placement:cores/interface:direct/manual_time",
        "empty/tas/threads:0/load:none/placement:cores/interface:direct",
        "empty/tas/threads:-1/load:none/placement:cores/interface:direct",
        "empty/tas/threads:02/load:none/placement:cores/interface:direct",
        "empty/tas/threads:2x/load:none/placement:cores/interface:direct",
        "empty/tas/threads:/load:none/placement:cores/interface:direct",
        "empty/tas/threads:99999999999/load:none/placement:cores/interface:direct",
        "empty/tas/2/load:none/placement:cores/interface:direct",
        "empty//threads:2/load:none/placement:cores/interface:direct",
        "empty/tas/threads:2/load:none/placement:/interface:direct",
        "empty/tas/load:none/threads:2/placement:cores/interface:direct"}) {
    try {
      parse_run_name(name);
      ADD_FAILURE() << "accepted: " << name;
    } catch (const UserError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("<workload>/<lock>/threads:<n>")) << name;
      EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("\n"))) << name;
    }
  }
}

TEST(ParseRunName, NamesTheKnownOnesForAnUnknownOne) {
  try {
    parse_run_name("empty/tas/threads:2/load:75/placement:cores/interface:direct");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "load '75' is unknown; known are: none, 10, 50, 90, saturated");
  }
}

TEST(Cell, SortsByInterfaceThenWorkloadThreadsAndLoad) {
  const auto cell = [](const char* interface, const char* workload, int threads, const char* load) {
    return Cell{workload, "tas", threads, load, "cores", interface};
  };
  const std::vector<Cell> expected{
      cell("direct", "empty", 2, "none"),       cell("direct", "empty", 2, "10"),
      cell("direct", "empty", 2, "saturated"),  cell("direct", "empty", 10, "10"),
      cell("direct", "shared_line", 1, "none"), cell("ke", "empty", 1, "none")};
  std::vector<Cell> cells(expected.rbegin(), expected.rend());
  std::ranges::sort(cells);
  EXPECT_EQ(cells, expected);
}

}  // namespace
}  // namespace spinlab
