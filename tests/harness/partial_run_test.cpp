// Unfinished runs: one process at a time, whole blocks only, and nothing lost unasked.
#include "harness/partial_run.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "harness/block_file.hpp"
#include "tests/harness/user_error_of.hpp"
#include "tests/temporary_folder.hpp"

namespace spinlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kContext = R"({"format": "spinlab-results-1"})";
const std::string kRunName =
    "empty/mcs/threads:1/load:saturated/placement:compact/interface:direct";

std::string json_of(int rows) {
  std::string list;
  for (int row = 0; row < rows; ++row) {
    list += fmt::format(R"({}{{"name": "{}", "run_name": "{}", "run_type": "iteration",
                            "real_time": 1.0, "cpu_time": 1.0, "time_unit": "ns"}})",
                        row == 0 ? "" : ",", kRunName, kRunName);
  }
  return fmt::format(R"({{"context": {{}}, "benchmarks": [{}]}})", list);
}

class PartialRunTest : public testing::Test {
 protected:
  static RunPlan plan(std::string text = "plan\n") {
    return {.text = std::move(text), .windows = {{kRunName, 2}}, .blocks = 2};
  }
  std::string out() const { return folder_.path("results.json"); }
  PartialRun start(const Existing& existing = {}) const { return {out(), plan(), existing}; }
  static void write_block(const PartialRun& run, int block, const std::string& json = json_of(2)) {
    write_output_file(run.path(block), seal_block(json, {.block = block, .rows = 2}),
                      Overwrite::kReplace);
  }
  void leave_unfinished() const {
    PartialRun run = start();
    write_block(run, 0);
    run.accept(0);
  }
  void finish() const {
    PartialRun run = start();
    for (const int block : {0, 1}) {
      write_block(run, block);
      run.accept(block);
    }
    run.join(kContext);
  }

  TemporaryFolder folder_;
  static constexpr Existing kResume{.resume = true};
};

TEST_F(PartialRunTest, JoinsItsBlocksAndLeavesTheResultsAlone) {
  finish();
  EXPECT_EQ(read_results(out()).rows.size(), 4U);
  EXPECT_EQ(folder_.file_count(), 1);
}

TEST_F(PartialRunTest, GoesOnFromTheBlocksThatAreWhole) {
  leave_unfinished();
  const PartialRun run = start(kResume);
  EXPECT_TRUE(run.is_finished(0));
  EXPECT_FALSE(run.is_finished(1));
  EXPECT_TRUE(run.damages().empty());
}

TEST_F(PartialRunTest, NamesADamagedBlockAndTakesItForNotMeasured) {
  const std::string whole = seal_block(json_of(2), {.block = 0, .rows = 2});
  const std::vector<std::string> damaged{
      "", whole.substr(0, whole.size() - 1), json_of(2),
      // Sealed, and still no block of this run.
      seal_block(json_of(0), {.block = 0, .rows = 2}), seal_block("7", {.block = 0, .rows = 2}),
      seal_block(R"({"context": {}, "benchmarks": [7, 7]})", {.block = 0, .rows = 2})};
  for (const std::string& text : damaged) {
    leave_unfinished();
    write_output_file(out() + ".partial/block_000", text, Overwrite::kReplace);
    const PartialRun run = start(kResume);
    EXPECT_FALSE(run.is_finished(0));
    EXPECT_THAT(run.damages(), ElementsAre(HasSubstr("block_000'"))) << text;
  }
}

TEST_F(PartialRunTest, AcceptsNoBlockThatIsNotWhole) {
  PartialRun run = start();
  EXPECT_THAT(user_error_of([&] { run.accept(0); }), HasSubstr("block_000"));
  write_block(run, 0, json_of(1));
  EXPECT_THAT(user_error_of([&] { run.accept(0); }), HasSubstr("block_000"));
  EXPECT_FALSE(run.is_finished(0));
}

TEST_F(PartialRunTest, JoinsNothingIfABlockWasDamagedMeanwhile) {
  PartialRun run = start();
  for (const int block : {0, 1}) {
    write_block(run, block);
    run.accept(block);
  }
  write_block(run, 1, json_of(0));
  EXPECT_THAT(user_error_of([&] { run.join(kContext); }), HasSubstr("block_001"));
  EXPECT_FALSE(std::filesystem::exists(out()));
  EXPECT_TRUE(std::filesystem::exists(run.path(0)));
}

TEST_F(PartialRunTest, HoldsItsFolderAgainstAnotherProcessAndSaysWho) {
  const PartialRun run = start();
  // flock() knows no difference between two descriptors of one process and those of two.
  EXPECT_THAT(user_error_of([&] { start(kResume); }),
              HasSubstr(fmt::format("belongs to process {}", getpid())));
  EXPECT_THAT(user_error_of([&] { start(); }), HasSubstr("which still runs"));
  EXPECT_TRUE(std::filesystem::exists(out() + ".partial/plan.txt"));
}

TEST_F(PartialRunTest, GivesItsFolderBackHoweverItsProcessEnds) {
  const pid_t child = fork();
  if (child == 0) {
    std::optional<PartialRun> run;
    run.emplace(out(), plan(), Existing{});
    write_block(*run, 0);
    _exit(0);  // Without destructors, as if killed.
  }
  int status = 1;
  waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  EXPECT_TRUE(start(kResume).is_finished(0));
}

TEST_F(PartialRunTest, WritesThroughNoLinkThatLiesInItsFolder) {
  const std::string victim = folder_.path("victim");
  write_output_file(victim, "kept", Overwrite::kReplace);
  std::filesystem::create_directory(out() + ".partial");
  std::filesystem::create_symlink(victim, out() + ".partial/lock");
  EXPECT_THAT(user_error_of([&] { start(); }), HasSubstr("cannot write"));
  EXPECT_EQ(std::filesystem::file_size(victim), 4U);
  std::filesystem::remove(out() + ".partial/lock");
  std::filesystem::create_symlink(victim, out() + ".partial/plan.txt");
  finish();
  EXPECT_EQ(std::filesystem::file_size(victim), 4U);
}

TEST_F(PartialRunTest, TakesAwayNothingThatIsNotItsOwn) {
  std::filesystem::create_directory(out() + ".partial");
  write_output_file(out() + ".partial/notes.txt", "a user's", Overwrite::kReplace);
  finish();
  EXPECT_EQ(folder_.read("results.json.partial/notes.txt"), "a user's");
  EXPECT_FALSE(std::filesystem::exists(out() + ".partial/plan.txt"));
}

TEST_F(PartialRunTest, MeasuresADamagedBlockAgainThatIsALink) {
  leave_unfinished();
  const std::string victim = folder_.path("victim");
  write_output_file(victim, "kept", Overwrite::kReplace);
  std::filesystem::remove(out() + ".partial/block_000");
  std::filesystem::create_symlink(victim, out() + ".partial/block_000");
  PartialRun run = start(kResume);
  write_block(run, 0);
  EXPECT_EQ(folder_.read("victim"), "kept");
}

TEST_F(PartialRunTest, RefusesALinkThatLeadsNowhereBeforeItMeasures) {
  std::filesystem::create_symlink(folder_.path("gone/elsewhere.json"), out());
  EXPECT_THAT(user_error_of([&] { start(); }), HasSubstr("exists"));
}

TEST_F(PartialRunTest, SaysThatItsFolderWasRemoved) {
  PartialRun run = start();
  std::filesystem::remove_all(out() + ".partial");
  EXPECT_THAT(user_error_of([&] { run.accept(0); }), HasSubstr("was removed"));
}

TEST_F(PartialRunTest, IsCompleteIfItsResultsAreThere) {
  finish();
  const std::string before = folder_.read("results.json");
  EXPECT_TRUE(start(kResume).is_complete());
  EXPECT_EQ(folder_.read("results.json"), before);
  EXPECT_EQ(folder_.file_count(), 1);
}

TEST_F(PartialRunTest, OverwritesResultsOnlyIfItMay) {
  finish();
  EXPECT_THAT(user_error_of([&] { start(); }), HasSubstr("--force"));
  EXPECT_THAT(user_error_of([&] { PartialRun(out(), plan("another plan\n"), kResume); }),
              HasSubstr("--force"));
  EXPECT_EQ(folder_.file_count(), 1);
  EXPECT_FALSE(start({.resume = false, .overwrite = Overwrite::kReplace}).is_complete());
}

TEST_F(PartialRunTest, KeepsTheBlocksOfAnotherPlanAndOfARunThatIsNotToGoOn) {
  leave_unfinished();
  EXPECT_THAT(user_error_of([&] { start(); }), HasSubstr("--resume"));
  EXPECT_THAT(user_error_of([&] { PartialRun(out(), plan("another plan\n"), kResume); }),
              HasSubstr("other options"));
  std::filesystem::remove(out() + ".partial/plan.txt");
  EXPECT_THAT(user_error_of([&] { start(kResume); }), HasSubstr("other options"));
  EXPECT_TRUE(std::filesystem::exists(out() + ".partial/block_000"));
}

}  // namespace
}  // namespace spinlab
