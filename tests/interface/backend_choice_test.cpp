// How a program comes by its backend at start: each test runs the probe in an environment of its
// own and looks at what it prints and how it ends.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "interface/profile.hpp"
#include "machines/native/fingerprint.hpp"
#include "tests/interface/probe.hpp"
#include "tests/temporary_folder.hpp"

namespace spinlab {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* kKnown = ""
#define SPINLAB_LOCK(stem, Type) " " #stem
#include "algorithms/locks.def"
#undef SPINLAB_LOCK
    ;

class BackendChoice : public testing::TestWithParam<const char*> {
 protected:
  // Settings as "NAME=value NAME=value"; nothing else that spinlab reads is in the environment.
  Outcome run(const std::string& settings, const std::string& arguments = "") const {
    return Probe{GetParam(), ""}.run(arguments,
                                     "XDG_CONFIG_HOME=" + folder_.path("") + ' ' + settings);
  }

  void expect_backend(const Outcome& outcome, const std::string& name) const {
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.printed, HasSubstr("backend " + name + "\n"));
  }

  std::filesystem::path user_profile() const { return folder_.path("spinlab/profile.json"); }

  TemporaryFolder folder_;
};

TEST_P(BackendChoice, IsNativeLayoutIfNothingIsSaid) {
  const Outcome outcome = run("");
  EXPECT_EQ(outcome.printed, "backend native_layout\n");
  EXPECT_EQ(outcome.status, 0);
}

TEST_P(BackendChoice, IsTheOneNamedInTheEnvironment) {
  for (const char* const name : {"tas", "mcs", "tas_mcs"})
    EXPECT_EQ(run(std::string("SPINLAB_BACKEND=") + name).printed,
              std::string("backend ") + name + '\n');
}

TEST_P(BackendChoice, UnknownNameEndsTheProgramWithTheKnownOnes) {
  const Outcome outcome = run("SPINLAB_BACKEND=msc");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.printed,
            std::string("spinlab: SPINLAB_BACKEND: unknown name 'msc'; known:") + kKnown + '\n');
}

TEST_P(BackendChoice, TakesBothWaysOfWaitingAndRefusesOthers) {
  EXPECT_EQ(run("SPINLAB_WAITING=yield").status, 0);
  EXPECT_EQ(run("SPINLAB_WAITING=pause").status, 0);
  const Outcome outcome = run("SPINLAB_WAITING=sleep");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.printed,
            "spinlab: SPINLAB_WAITING: unknown name 'sleep'; known: pause yield\n");
}

TEST_P(BackendChoice, FollowsTheUsersProfile) {
  ASSERT_THAT(write_profile(user_profile(), {host_fingerprint(), "ticket", ""}), IsEmpty());
  EXPECT_EQ(run("").printed, "backend ticket\n");
}

TEST_P(BackendChoice, PrefersTheProfileThatTheEnvironmentNames) {
  const std::string named = folder_.path("named.json");
  ASSERT_THAT(write_profile(user_profile(), {host_fingerprint(), "ticket", ""}), IsEmpty());
  ASSERT_THAT(write_profile(named, {host_fingerprint(), "mcs", ""}), IsEmpty());
  EXPECT_EQ(run("SPINLAB_PROFILE=" + named).printed, "backend mcs\n");
}

TEST_P(BackendChoice, PrefersTheNamedBackendToTheProfile) {
  ASSERT_THAT(write_profile(user_profile(), {host_fingerprint(), "ticket", ""}), IsEmpty());
  EXPECT_EQ(run("SPINLAB_BACKEND=tas").printed, "backend tas\n");
}

TEST_P(BackendChoice, WarnsOnceAboutAnotherHostsProfileAndIgnoresIt) {
  ASSERT_THAT(write_profile(user_profile(), {"PDP-11", "ticket", ""}), IsEmpty());
  const Outcome outcome = run("", "twice");
  expect_backend(outcome, "native_layout");
  const std::string warning = "made on another host ('PDP-11'";
  EXPECT_THAT(outcome.printed, StartsWith("spinlab: " + user_profile().string()));
  EXPECT_THAT(outcome.printed, HasSubstr(warning));
  EXPECT_EQ(outcome.printed.find(warning), outcome.printed.rfind(warning));
}

TEST_P(BackendChoice, WarnsAboutATruncatedProfileAndIgnoresIt) {
  ASSERT_THAT(write_profile(user_profile(), {host_fingerprint(), "ticket", ""}), IsEmpty());
  std::filesystem::resize_file(user_profile(), 20);
  const Outcome outcome = run("");
  expect_backend(outcome, "native_layout");
  EXPECT_THAT(outcome.printed, HasSubstr("profile.json: not JSON, or cut short"));
}

TEST_P(BackendChoice, WarnsAboutAFileThatIsNoProfileAndIgnoresIt) {
  std::filesystem::create_directories(user_profile().parent_path());
  std::ofstream(user_profile()) << R"(["benchmarks"])";
  const Outcome outcome = run("");
  expect_backend(outcome, "native_layout");
  EXPECT_THAT(outcome.printed, HasSubstr("profile.json: not a profile"));
}

TEST_P(BackendChoice, WarnsIfTheProfileThatTheEnvironmentNamesIsMissing) {
  const Outcome outcome = run("SPINLAB_PROFILE=" + folder_.path("none.json"));
  expect_backend(outcome, "native_layout");
  EXPECT_THAT(outcome.printed, HasSubstr("none.json: No such file or directory"));
}

TEST_P(BackendChoice, AProfileWithAnUnknownBackendEndsTheProgram) {
  ASSERT_THAT(write_profile(user_profile(), {host_fingerprint(), "msc", ""}), IsEmpty());
  const Outcome outcome = run("");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.printed, HasSubstr("profile.json: unknown name 'msc'; known: tas "));
  EXPECT_THAT(outcome.printed, Not(HasSubstr("backend ")));
}

INSTANTIATE_TEST_SUITE_P(Static, BackendChoice, testing::Values(SPINLAB_PROBE_STATIC));
INSTANTIATE_TEST_SUITE_P(Shared, BackendChoice, testing::Values(SPINLAB_PROBE_SHARED));

}  // namespace
}  // namespace spinlab
