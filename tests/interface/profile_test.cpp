// The profile file: what is written is read again; what is damaged is named, not thrown.
#include "interface/profile.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>

#include "tests/temporary_folder.hpp"

namespace spinlab {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class ProfileFile : public testing::Test {
 protected:
  std::string error_of(const std::string& content) const {
    const auto read = read_profile(folder_.write("profile.json", content));
    return std::holds_alternative<std::string>(read) ? std::get<std::string>(read) : "";
  }

  TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_.path("profile.json");
};

TEST_F(ProfileFile, IsReadAsItWasWritten) {
  const std::string path = folder_.path("new/directories/profile.json");
  ASSERT_THAT(write_profile(path, {"a \"quoted\" host", "mcs", "throughput"}), IsEmpty());
  const auto read = read_profile(path);
  ASSERT_TRUE(std::holds_alternative<Profile>(read)) << std::get<std::string>(read);
  const Profile& profile = std::get<Profile>(read);
  EXPECT_EQ(profile.fingerprint, "a \"quoted\" host");
  EXPECT_EQ(profile.backend, "mcs");
  EXPECT_EQ(profile.objective, "throughput");
}

TEST_F(ProfileFile, IsReplacedWithoutLeavingAnythingBeside) {
  ASSERT_THAT(write_profile(path_, {"host", "mcs", ""}), IsEmpty());
  ASSERT_THAT(write_profile(path_, {"host", "tas", ""}), IsEmpty());
  EXPECT_EQ(std::get<Profile>(read_profile(path_)).backend, "tas");
  EXPECT_EQ(folder_.file_count(), 1);
}

// A device or a pipe would be gone if a file took its name.
TEST_F(ProfileFile, WhatIsNoFileIsNeitherReadNorReplaced) {
  const std::string pipe = folder_.path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& path : {pipe, folder_.path("")}) {
    EXPECT_THAT(std::get<std::string>(read_profile(path)), HasSubstr("not a regular file"));
    EXPECT_THAT(write_profile(path, {"host", "mcs", ""}), HasSubstr("not a regular file"));
  }
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
}

TEST_F(ProfileFile, MembersThatAreNotKnownDoNoHarm) {
  EXPECT_THAT(error_of(R"({"fingerprint": "f", "backend": "b", "later": [1]})"), IsEmpty());
}

TEST_F(ProfileFile, MissingFileIsNamedWithTheReason) {
  const auto read = read_profile(path_);
  ASSERT_TRUE(std::holds_alternative<std::string>(read));
  EXPECT_THAT(std::get<std::string>(read),
              AllOf(StartsWith(path_.string()), HasSubstr("No such file")));
}

TEST_F(ProfileFile, DamagedFilesAreToldApart) {
  EXPECT_THAT(error_of(R"({"fingerprint": "f", "back)"), HasSubstr("cut short"));
  EXPECT_THAT(error_of(""), HasSubstr("cut short"));
  EXPECT_THAT(error_of("[1, 2]"), HasSubstr("not a profile"));
  EXPECT_THAT(error_of(R"({"backend": "mcs"})"), HasSubstr("no fingerprint"));
  EXPECT_THAT(error_of(R"({"fingerprint": "f", "backend": 7})"), HasSubstr("no backend"));
}

TEST_F(ProfileFile, UnwritablePlaceIsNamedAndKeepsTheOldFile) {
  folder_.write("profile.json", "in the way");
  const auto below_a_file = path_ / "profile.json";
  EXPECT_THAT(write_profile(below_a_file, {"host", "mcs", ""}), StartsWith(below_a_file.string()));
  const std::string a_folder = folder_.path("folder");
  std::filesystem::create_directory(a_folder);
  EXPECT_THAT(write_profile(a_folder, {"host", "mcs", ""}), StartsWith(a_folder));
  EXPECT_TRUE(std::filesystem::is_regular_file(path_));
}

TEST(DefaultProfilePath, FollowsTheEnvironmentInItsOrder) {
  setenv("HOME", "/home/someone", 1);
  unsetenv("XDG_CONFIG_HOME");
  unsetenv("SPINLAB_PROFILE");
  EXPECT_EQ(default_profile_path(), "/home/someone/.config/spinlab/profile.json");
  setenv("XDG_CONFIG_HOME", "/etc/elsewhere", 1);
  EXPECT_EQ(default_profile_path(), "/etc/elsewhere/spinlab/profile.json");
  setenv("SPINLAB_PROFILE", "/tmp/this.json", 1);
  EXPECT_EQ(default_profile_path(), "/tmp/this.json");
  for (const char* const name : {"HOME", "XDG_CONFIG_HOME", "SPINLAB_PROFILE"}) unsetenv(name);
  EXPECT_EQ(default_profile_path(), "");
}

}  // namespace
}  // namespace spinlab
