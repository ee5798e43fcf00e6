// The report that docs/reading-a-report.md walks through is the one that the program prints.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "harness/check_run.hpp"

namespace spinlab {
namespace {

TEST(Report, ThatTheDocumentationShowsIsTheRealOne) {
  std::ifstream file(SPINLAB_REPORT_DOCUMENT);
  std::ostringstream document;
  document << file.rdbuf();
  const CheckedLock& mcs = *checked_locks_named({"mcs"}).front();
  CheckTask task = task_of(mcs, client_named(mcs, "ladder"), {2, 1});
  task.mutations.push_back(mutation_named(mcs, "mcs_lock:A3:drop-release"));
  EXPECT_THAT(document.str(),
              testing::HasSubstr("```text\n" + run_check(task, {}).report + "```\n"));
}

}  // namespace
}  // namespace spinlab
