// What the verifier writes, and what its settings do: each test runs the probe in an environment of
// its own.
#include <gmock/gmock.h>

#include <csignal>
#include <fstream>
#include <string>

#include "tests/interface/probe.hpp"

namespace spinlab {
namespace {

using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Where the probe's line with this mark is, as reports say it.
std::string place(const std::string& mark, const std::string& function) {
  std::ifstream source(SPINLAB_PROBE_SOURCE);
  std::string line;
  for (int number = 1; std::getline(source, line); ++number)
    if (line.find("/* (" + mark + ") */") != std::string::npos)
      return " at verifier_probe.c:" + std::to_string(number) + " (" + function + ")\n";
  return "no such line";
}

class Report : public testing::TestWithParam<Probe> {
 protected:
  Outcome run(const std::string& arguments, const std::string& settings = "") const {
    return GetParam().run(arguments, "SPINLAB_VERIFY_HOLD_US=0 " + settings);
  }
};

TEST_P(Report, SaysWhatWasWrongWhereAndWhatToDoAndEndsTheProgram) {
  const Outcome outcome = run("release-twice", "SPINLAB_VERIFY_SUMMARY=0");
  EXPECT_EQ(outcome.signal, SIGABRT);
  EXPECT_THAT(outcome.printed,
              StartsWith("spinlab verifier: stop 0xC4/0x1007 DRIVER_VERIFIER_DETECTED_VIOLATION: "
                         "a release of a lock that is free\n"));
  EXPECT_THAT(outcome.printed, ContainsRegex("\n  values    0x1007 0x[0-9A-F]+ 0x0 0x1\n"));
  EXPECT_THAT(outcome.printed, HasSubstr("\n  rule      SpinLock\n"));
  EXPECT_THAT(outcome.printed, ContainsRegex("\n  lock      0x[0-9a-f]+ \\(the queue\\)\n"));
  EXPECT_THAT(outcome.printed, HasSubstr("\n  remedy    release a lock once for each acquire\n"));
}

TEST_P(Report, NamesTheLinesOfTheCallAndOfTheAcquire) {
  const Outcome outcome = run("acquire-twice");
  EXPECT_THAT(outcome.printed,
              HasSubstr("call      KeAcquireSpinLockAtDpcLevel" + place("twice", "acquire_twice")));
  EXPECT_THAT(outcome.printed,
              HasSubstr("acquire   KeAcquireSpinLockRaiseToDpc" + place("take", "take_queue")));
}

TEST_P(Report, OfALockOrderNamesAllFourPlaces) {
  const Outcome outcome = run("two-orders");
  EXPECT_THAT(outcome.printed, HasSubstr(place("take", "take_queue")));
  for (const char* const mark : {"table under queue", "table", "queue under table"})
    EXPECT_THAT(outcome.printed, HasSubstr(place(mark, "two_orders")));
}

TEST_P(Report, LetsTheProgramGoOnIfItsHandlerReturns) {
  const Outcome outcome = run("release-twice go-on", "SPINLAB_VERIFY_SUMMARY=0");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.printed, EndsWith("verifying\n"));
}

TEST_P(Report, IsNotMadeOfRulesThatTheEnvironmentSwitchesOff) {
  const Outcome outcome =
      run("release-twice", "SPINLAB_VERIFY_SUMMARY=0 SPINLAB_VERIFY_OFF=HoldTime,SpinLock");
  EXPECT_EQ(outcome.printed, "verifying\n");
}

TEST_P(Report, AtTheEndCountsAcquisitionsWithTheLongestHoldAndItsPlace) {
  const Outcome outcome = run("lock-thrice");
  EXPECT_THAT(outcome.printed, HasSubstr("spinlab verifier: 1 lock\n"));
  EXPECT_THAT(
      outcome.printed,
      ContainsRegex("  the queue +3 +0 +[0-9.]+  verifier_probe.c:[0-9]+ \\(take_queue\\)\n"));
  EXPECT_EQ(outcome.status, 0);
}

TEST_P(Report, SettingsThatMakeNoSenseEndTheProgramWithWhatWouldBeRight) {
  Outcome outcome = run("lock-thrice", "SPINLAB_VERIFY_OFF=Spinlock");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.printed,
              StartsWith("spinlab: SPINLAB_VERIFY_OFF: unknown name 'Spinlock'; known: SpinLock "));
  outcome = GetParam().run("lock-thrice", "SPINLAB_VERIFY_HOLD_US=25us");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.printed, StartsWith("spinlab: SPINLAB_VERIFY_HOLD_US: '25us' is no number"));
  outcome = run("lock-thrice", "SPINLAB_VERIFY=yes");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.printed, "spinlab: SPINLAB_VERIFY: unknown name 'yes'; known: 0 1\n");
}

INSTANTIATE_TEST_SUITE_P(Verified, Report, testing::Values(Probe{SPINLAB_PROBE_VERIFIED, ""}),
                         [](const auto&) { return "Library"; });
INSTANTIATE_TEST_SUITE_P(Shared, Report,
                         testing::Values(Probe{SPINLAB_PROBE_SHARED, "SPINLAB_VERIFY=1 "}),
                         [](const auto&) { return "Library"; });

TEST(Verifier, IsOffWhereNobodyAsksForIt) {
  EXPECT_EQ((Probe{SPINLAB_PROBE_SHARED, ""}.run("release-twice", "").printed), "unchecked\n");
  EXPECT_EQ((Probe{SPINLAB_PROBE_VERIFIED, "SPINLAB_VERIFY=0 "}.run("lock-thrice", "").printed),
            "unchecked\n");
}

}  // namespace
}  // namespace spinlab
