// What the libraries read from the environment: nothing in a program with more rights than whoever
// started it, and nothing silently that they cannot follow.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "interface/profile.hpp"
#include "machines/native/fingerprint.hpp"
#include "tests/interface/probe.hpp"
#include "tests/temporary_folder.hpp"

namespace spinlab {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Programs of root's that anybody may run, with root's rights or without, as their owner says.
class OwnedByRoot : public testing::Test {
 protected:
  static constexpr fs::perms kPlain = fs::perms(0755);
  static constexpr fs::perms kSetuid = fs::perms(04755);

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root can make a setuid program";
    for (const fs::path& parent : {fs::temp_directory_path(), fs::current_path()}) {
      folder_ = std::make_unique<TemporaryFolder>(parent);
      fs::permissions(folder_->path(""), kPlain);
      if (as_nobody("/usr/bin/id", kSetuid, "-u").printed == "0\n") return;
    }
    FAIL() << "setuid programs have no effect in " << fs::temp_directory_path() << " or "
           << fs::current_path() << ": nosuid, no_new_privs, or folders that others may not enter";
  }

  // A copy of the program, run by a user without rights.
  Outcome as_nobody(const fs::path& program, fs::perms permissions, const std::string& arguments,
                    const std::string& settings = "") const {
    const fs::path copy = folder_->path(program.filename().string());
    fs::copy_file(program, copy, fs::copy_options::overwrite_existing);
    fs::permissions(copy, permissions);
    const std::string run =
        "/usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups " + copy.string();
    // Sanitizers' leak check cannot look into a setuid program.
    return Probe{run.c_str(), "ASAN_OPTIONS=detect_leaks=0 "}.run(arguments, settings);
  }

  // A file that root alone may read.
  std::string secret(const std::string& name, const Profile& profile) const {
    EXPECT_THAT(write_profile(folder_->path(name), profile), IsEmpty());
    fs::permissions(folder_->path(name), fs::perms(0600));
    return folder_->path(name);
  }

  std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(OwnedByRoot, ASetuidProgramTakesItsBackendFromNobodysEnvironment) {
  for (const char* const probe : {SPINLAB_PROBE_STATIC, SPINLAB_PROBE_SHARED}) {
    EXPECT_EQ(as_nobody(probe, kPlain, "", "SPINLAB_BACKEND=tas").printed, "backend tas\n");
    for (const char* const settings :
         {"SPINLAB_BACKEND=tas", "SPINLAB_BACKEND=msc", "SPINLAB_WAITING=sleep"}) {
      const Outcome outcome = as_nobody(probe, kSetuid, "", settings);
      EXPECT_EQ(outcome.printed, "backend native_layout\n") << settings;
      EXPECT_EQ(outcome.status, 0);
    }
  }
}

TEST_F(OwnedByRoot, ASetuidProgramReadsNoProfile) {
  secret("spinlab/profile.json", {"a secret", "ticket", ""});
  secret(".config/spinlab/profile.json", {host_fingerprint(), "ticket", ""});
  const std::string folder = folder_->path("");
  const std::vector<std::string> settings = {
      "SPINLAB_PROFILE=" + folder + "spinlab/profile.json", "XDG_CONFIG_HOME=" + folder,
      "XDG_CONFIG_HOME= HOME=" + folder, "SPINLAB_PROFILE=" + folder + "none.json"};
  for (const char* const probe : {SPINLAB_PROBE_STATIC, SPINLAB_PROBE_SHARED})
    for (const std::string& setting : settings)
      EXPECT_EQ(as_nobody(probe, kSetuid, "", setting).printed, "backend native_layout\n")
          << setting;
}

TEST_F(OwnedByRoot, ASetuidProgramIsNotVerifiedBecauseItsEnvironmentSaysSo) {
  const std::string settings = "SPINLAB_VERIFY=1 SPINLAB_VERIFY_HOLD_US=1 SPINLAB_VERIFY_OFF=none";
  for (const char* const probe : {SPINLAB_VERIFIER_PROBE_SHARED, SPINLAB_VERIFIER_PROBE_TICKET})
    EXPECT_EQ(as_nobody(probe, kSetuid, "lock-thrice", settings).printed, "unchecked\n");
}

TEST_F(OwnedByRoot, AReportOfASetuidProgramRunsAndReadsNothing) {
  const std::string settings = "PATH=" + folder_->path("") + ":/usr/bin:/bin";
  folder_->write("addr2line", "#!/bin/sh\n/usr/bin/id -u >>" + folder_->path("who") + '\n');
  fs::permissions(folder_->path("addr2line"), kPlain);
  fs::permissions(folder_->path(""), fs::perms(0777));
  Outcome outcome = as_nobody(SPINLAB_VERIFIER_PROBE_VERIFIED, kPlain, "release-twice", settings);
  EXPECT_THAT(outcome.printed, ContainsRegex("call +KeReleaseSpinLock at verifier_probe.c:[0-9]+"));
  outcome = as_nobody(SPINLAB_VERIFIER_PROBE_VERIFIED, kSetuid, "release-twice", settings);
  EXPECT_THAT(outcome.printed, ContainsRegex("call +KeReleaseSpinLock at /[^\n]*[+]0x[0-9a-f]+\n"));
  EXPECT_THAT(outcome.printed, Not(HasSubstr(".c:")));
  EXPECT_EQ(folder_->read("who"), "");
}

TEST(FixedBackend, SaysOnceThatItHasNoVerifier) {
  const Probe probe{SPINLAB_VERIFIER_PROBE_TICKET, ""};
  EXPECT_EQ(probe.run("lock-thrice", "SPINLAB_VERIFY=1").printed,
            "spinlab: SPINLAB_VERIFY=1 is ignored: this program is linked with ke_ticket, which "
            "has no verifier; link ke, ke_shared or ke_verified\nunchecked\n");
  EXPECT_EQ(probe.run("lock-thrice", "SPINLAB_VERIFY=0").printed, "unchecked\n");
  EXPECT_EQ(probe.run("lock-thrice", "SPINLAB_VERIFY=").printed, "unchecked\n");
  const Outcome outcome = probe.run("lock-thrice", "SPINLAB_VERIFY=yes");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.printed, "spinlab: SPINLAB_VERIFY: unknown name 'yes'; known: 0 1\n");
}

TEST(FixedBackend, SaysOnceThatItHasNoOther) {
  const Probe probe{SPINLAB_VERIFIER_PROBE_TICKET, ""};
  const std::string why =
      " is ignored: this program is linked with ke_ticket, which has no other lock; link ke or "
      "ke_shared\nunchecked\n";
  EXPECT_EQ(probe.run("", "SPINLAB_BACKEND=mcs").printed, "spinlab: SPINLAB_BACKEND=mcs" + why);
  EXPECT_EQ(probe.run("", "SPINLAB_PROFILE=/none").printed, "spinlab: SPINLAB_PROFILE" + why);
  EXPECT_EQ(probe.run("", "SPINLAB_BACKEND=ticket").printed, "unchecked\n");
  const Outcome outcome = probe.run("", "SPINLAB_BACKEND=tickets");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.printed,
              HasSubstr("SPINLAB_BACKEND: unknown name 'tickets'; known: tas ttas "));
}

}  // namespace
}  // namespace spinlab
