// What `spinlab check` is made of: every lock of the list, the catalogue of mutants, replays.
#include <gmock/gmock.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "harness/check_output.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

using checked::Verdict;
using testing::HasSubstr;

CheckResult check(const std::string& lock, const std::string& client, CheckShape shape,
                  const std::vector<std::string>& mutations = {}) {
  const CheckedLock& of = *checked_locks_named({lock}).front();
  CheckTask task{&of, &client_named(of, client), shape, false, {}};
  for (const std::string& mutation : mutations)
    task.mutations.push_back(mutation_named(of, mutation));
  return run_check(task, {});
}

std::vector<CheckTask> tasks_up_to(CheckShape largest) {
  std::vector<CheckTask> tasks;
  for (const CheckedLock& lock : checked_locks())
    for (const CheckClient& client : lock.clients)
      for (const CheckShape shape : client.shapes)
        if (shape.threads * shape.acquisitions <= largest.threads * largest.acquisitions &&
            shape.threads <= largest.threads)
          tasks.push_back({&lock, &client, shape, false, {}});
  return tasks;
}

class CheckedLocks : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(, CheckedLocks, testing::ValuesIn([] {
                           std::vector<std::string> names;
                           for (const CheckedLock& lock : checked_locks())
                             names.push_back(lock.name);
                           return names;
                         }()),
                         [](const auto& lock) { return lock.param; });

TEST_P(CheckedLocks, PassEveryClientCompletelyUpToThreeThreads) {
  for (const CheckTask& task : tasks_up_to({3, 1})) {
    if (task.lock->name != GetParam()) continue;
    const CheckResult result = run_check(task, {});
    EXPECT_EQ(result.verdict, Verdict::kOk) << result.report;
    EXPECT_TRUE(result.complete) << task.client->name;
    EXPECT_GT(result.executions, 0U) << task.client->name;
  }
}

TEST_P(CheckedLocks, HaveALabelAtEverySite) {
  for (const NamedSite& site : sites_of(*checked_locks_named({GetParam()}).front())) {
    if (site.site.file == "in_stack.hpp") continue;              // The interface's own.
    if (site.site.file == "check_object_clients.hpp") continue;  // The client's own.
    EXPECT_THAT(site.name, testing::MatchesRegex("[a-z_]+:[A-Z][0-9]+")) << site.text;
  }
}

// The independent checker is GenMC; Hemlock's smaller shapes are our own counts.
TEST(Check, CountsTheExecutionsThatAnIndependentCheckerCounts) {
  const std::map<std::string, std::array<std::uint64_t, 4>> expected = {
      {"ticket", {2, 6, 6, 90}},
      {"clh", {2, 6, 6, 90}},
      {"ttas", {4, 34, 36, 7134}},
      {"mcs", {6, 78, 66, 17670}},
      {"hemlock", {4, 28, 30, 2898}}};
  const std::array<CheckShape, 4> shapes{{{2, 1}, {2, 2}, {3, 1}, {3, 2}}};
  for (const auto& [lock, counts] : expected)
    for (std::size_t at = 0; at < shapes.size(); ++at)
      EXPECT_EQ(check(lock, "ladder", shapes[at]).executions, counts[at]) << lock << " " << at;
}

TEST(Check, DoesNotDependOnTheNumberOfJobs) {
  const auto tasks = tasks_up_to({2, 2});
  const auto alone = run_checks(tasks, {}, 1);
  const auto beside = run_checks(tasks, {}, 3);
  for (std::size_t at = 0; at < tasks.size(); ++at) {
    EXPECT_EQ(alone[at].executions, beside[at].executions) << tasks[at].lock->name;
    EXPECT_EQ(alone[at].blocked, beside[at].blocked) << tasks[at].lock->name;
  }
}

TEST(Mutants, AreKilledOrEquivalentAsTheCatalogueSays) {
  const auto results = run_mutants(listed_mutants(""), false, 2);
  EXPECT_GT(results.size(), 50U);
  for (const MutantResult& result : results)
    EXPECT_TRUE(result.as_expected())
        << result.mutant.id << ": " << checked::name_of(result.check.verdict);
}

TEST(Mutants, OfTheSystematicListAreMadeOfEveryLocksSites) {
  const auto mutants = all_mutants(*checked_locks_named({"mcs"}).front());
  EXPECT_EQ(mutants.size(), 24U);
  for (const MutantResult& result : run_mutants(mutants, true, 2))
    EXPECT_TRUE(result.killed()) << result.mutant.id;
}

// The bug that DPDK's MCS lock had from 2018 to 2020.
TEST(Report, ExplainsARelaxedLinkStore) {
  const CheckResult result = check("mcs", "ladder", {2, 1}, {"mcs_lock:A3:drop-release"});
  EXPECT_EQ(result.verdict, Verdict::kDeadlock);
  EXPECT_THAT(result.report, HasSubstr("waits at A4 for node 1.granted, which is 0 and stays so"));
  EXPECT_THAT(result.report, HasSubstr("Prevented by a stronger order at A3, mcs_lock.hpp"));
  EXPECT_THAT(result.report, HasSubstr("spinlab check --replay mcs/ladder/2x1/mcs_lock:A3:"));
}

TEST(Report, NamesTheElementsOfQueuesWithoutNodes) {
  const CheckResult clh = check("clh", "ladder", {2, 1}, {"clh_lock:A3:drop-acquire"});
  EXPECT_THAT(clh.report, HasSubstr("element 1 of thread 0"));
  EXPECT_THAT(clh.report, testing::Not(HasSubstr("world+")));
  const CheckResult hemlock = check("hemlock", "ladder", {2, 1}, {"hemlock_lock:A2:drop-acquire"});
  EXPECT_THAT(hemlock.report, HasSubstr("grant of thread 0"));
  EXPECT_THAT(hemlock.report, testing::Not(HasSubstr("world+")));
}

// Broken in two places, of which two threads show one: to mend that one is no repair.
TEST(Report, ProposesNoRepairThatFailsFurtherUpTheLadder) {
  const CheckResult two =
      check("qspinlock", "ladder", {2, 1},
            {"qspinlock_lock:R1:drop-release", "qspinlock_lock:Q6:drop-acquire"});
  ASSERT_EQ(two.verdict, Verdict::kRace);
  EXPECT_THAT(two.report, testing::Not(HasSubstr("Prevented by")));
  EXPECT_THAT(two.report, HasSubstr("No repair: a stronger order at R1, qspinlock_lock.hpp:"));
  EXPECT_THAT(two.report, HasSubstr("ladder 3x1 then ends with a verdict of race"));
  const CheckResult one = check("qspinlock", "ladder", {2, 1}, {"qspinlock_lock:R1:drop-release"});
  EXPECT_THAT(one.report, HasSubstr("Prevented by a stronger order at R1, qspinlock_lock.hpp:"));
  EXPECT_THAT(one.report, HasSubstr(" programs of qspinlock, as far as was explored.\n"));
}

// In a walk cells are met in another order than in a search.
TEST(Report, OfARandomWalkNamesItsCells) {
  const CheckedLock& mcs = *checked_locks_named({"mcs"}).front();
  CheckTask task{&mcs, &client_named(mcs, "ladder"), {3, 3}, false, {}};
  task.mutations.push_back(mutation_named(mcs, "mcs_lock:A4:drop-acquire"));
  const CheckResult result = run_check(task, {.random = 200, .seed = 7});
  ASSERT_EQ(result.verdict, Verdict::kRace);
  EXPECT_THAT(result.report, HasSubstr(replay_check(result.replay).report));
}

TEST(Report, IsReproducedByItsReplay) {
  for (const char* const mutation : {"mcs_lock:A3:drop-release", "mcs_lock:A4:drop-acquire",
                                     "mcs_lock:R3:one-look", "mcs_lock:R4:drop-store"}) {
    const CheckResult result = check("mcs", "ladder", {2, 1}, {mutation});
    ASSERT_NE(result.verdict, Verdict::kOk) << mutation;
    EXPECT_EQ(replay_check(result.replay).verdict, result.verdict) << result.replay;
  }
}

std::string refusal_of(const std::string& replay) {
  try {
    replay_check(replay);
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Replay, RefusesWhatNoReportPrinted) {
  EXPECT_THAT(refusal_of("mcs"), HasSubstr("lock/client/2x1/steps"));
  EXPECT_THAT(refusal_of("xyz/ladder/2x1/0"), HasSubstr("no lock 'xyz'"));
  EXPECT_THAT(refusal_of("mcs/climb/2x1/0"), HasSubstr("it has: ladder"));
  EXPECT_THAT(refusal_of("mcs/ladder/2x/0"), HasSubstr("write threads x acquisitions"));
  EXPECT_THAT(refusal_of("mcs/ladder/2x1/9"), HasSubstr("digits of threads"));
  EXPECT_THAT(refusal_of("mcs/ladder/2x1/3"), HasSubstr("cannot take this step"));
  EXPECT_THAT(refusal_of("mcs/ladder/2x1/mcs_lock:A9:relax/0"), HasSubstr("it has: mcs_lock:A0"));
  EXPECT_THAT(refusal_of("mcs/ladder/2x1/mcs_lock:A3:melt/0"), HasSubstr("drop-release"));
}

TEST(RandomWalks, FindABrokenLockAndAreNeverComplete) {
  const CheckedLock& mcs = *checked_locks_named({"mcs"}).front();
  CheckTask task{&mcs, &client_named(mcs, "ladder"), {3, 3}, false, {}};
  const CheckLimits limits{.random = 200, .seed = 7};
  const CheckResult sound = run_check(task, limits);
  EXPECT_EQ(sound.verdict, Verdict::kOk) << sound.report;
  EXPECT_FALSE(sound.complete);
  task.mutations.push_back(mutation_named(mcs, "mcs_lock:A4:drop-acquire"));
  EXPECT_EQ(run_check(task, limits).verdict, Verdict::kRace);
}

}  // namespace
}  // namespace spinlab
