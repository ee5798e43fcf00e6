// Mutants that are known to survive: what the list means, and that the documentation shows it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "harness/check_output.hpp"
#include "harness/mutants.hpp"
#include "harness/user_error.hpp"
#include "user_error_of.hpp"

namespace spinlab {
namespace {

using testing::HasSubstr;

const CheckedLock& lock_named(const std::string& name) {
  return *checked_locks_named({name}).front();
}

// One mutant of TTAS under a list of survivors, as if nobody knew another one.
MutantResult result_of(const std::string& mutation, const std::vector<Survivor>& survivors) {
  const CheckedLock& ttas = lock_named("ttas");
  std::vector<Mutant> mutants = all_mutants(ttas);
  std::erase_if(mutants, [&](const Mutant& mutant) { return mutant.mutation != mutation; });
  mark_survivors(ttas, survivors, mutants);
  return run_mutant(mutants.at(0), true);
}

const Survivor kKilled = {"ttas", "ttas_lock:A1:drop-acquire", "it is not known to anybody"};

TEST(KnownSurvivors, ThatAreKilledAreAFinding) {
  const MutantResult unlisted = result_of(kKilled.mutation, {});
  EXPECT_TRUE(are_as_expected({unlisted}));
  EXPECT_THAT(mutants_json({unlisted}), HasSubstr("\"as_expected\": true"));
  const MutantResult stale = result_of(kKilled.mutation, {kKilled});
  EXPECT_TRUE(stale.killed());
  EXPECT_FALSE(are_as_expected({stale}));
  EXPECT_THAT(mutants_json({stale}), HasSubstr("\"as_expected\": false"));
  EXPECT_THAT(mutants_json({stale}), HasSubstr("\"reason\": \"it is not known to anybody\""));
  EXPECT_THAT(mutants_text({stale}), HasSubstr("1 not as expected"));
}

TEST(KnownSurvivors, AreNoFindingAndOthersAre) {
  std::vector<Mutant> orders = weaker_orders_of(lock_named("hemlock"));
  std::erase_if(orders, [](const Mutant& mutant) { return mutant.reason.empty(); });
  ASSERT_EQ(orders.size(), 2U);
  MutantResult survives = run_mutant(orders.front(), false);
  EXPECT_FALSE(survives.killed());
  EXPECT_TRUE(are_as_expected({survives}));
  EXPECT_THAT(mutants_text({survives}), HasSubstr(orders.front().reason));
  survives.mutant.equivalent = false;
  EXPECT_FALSE(are_as_expected({survives}));
}

TEST(KnownSurvivors, ThatAreNoMutantsAreRefused) {
  const auto refusal_of = [](const Survivor& survivor) {
    return user_error_of([&] {
      std::vector<Mutant> none;
      mark_survivors(lock_named("ttas"), {survivor}, none);
    });
  };
  EXPECT_THAT(refusal_of({"ttas", "ttas_lock:A9:split", ""}), HasSubstr("no site for"));
  EXPECT_THAT(refusal_of({"ttas", "ttas_lock:A1:melt", ""}), HasSubstr("no operator 'melt'"));
  for (const Survivor& survivor : known_survivors())
    EXPECT_NO_THROW(mutation_named(lock_named(survivor.lock), survivor.mutation));
}

std::string documentation() {
  std::ifstream file(SPINLAB_CHECKER_DOCUMENT);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(KnownSurvivors, AreWhatTheDocumentationShows) {
  std::string table = "| lock | mutant | reason |\n| --- | --- | --- |\n";
  for (const Survivor& survivor : known_survivors())
    table +=
        fmt::format("| `{}` | `{}` | {} |\n", survivor.lock, survivor.mutation, survivor.reason);
  EXPECT_THAT(documentation(), HasSubstr("\n" + table + "\n"));
}

TEST(KnownSurvivors, AreWhatTheDocumentationsCountsLeaveOut) {
  const std::string document = documentation();
  for (const CheckedLock& lock : checked_locks()) {
    const auto mutants = all_mutants(lock);
    const auto killed = std::ranges::count(mutants, false, &Mutant::equivalent);
    EXPECT_THAT(document,
                HasSubstr(fmt::format("| `{}` | {} of {} |", lock.name, killed, mutants.size())));
  }
}

}  // namespace
}  // namespace spinlab
