// Output files: all of the new text or all of the old, and nothing beside them.
#include "harness/output_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "tests/harness/user_error_of.hpp"
#include "tests/temporary_folder.hpp"

namespace spinlab {
namespace {

using testing::HasSubstr;

std::string error_of_writing(const std::string& path, std::string_view text) {
  return user_error_of([&] { write_output_file(path, text, Overwrite::kReplace); });
}

// What a descriptor still has to say.
std::string read_rest(int descriptor) {
  std::array<char, 64> buffer{};
  const ssize_t length = read(descriptor, buffer.data(), buffer.size());
  return length < 0 ? "unreadable" : std::string(buffer.data(), static_cast<std::size_t>(length));
}

TEST(OutputFile, HasTheTextAndIsAloneInItsFolder) {
  const TemporaryFolder folder;
  write_output_file(folder.path("out.json"), "text\n", Overwrite::kReplace);
  EXPECT_EQ(folder.read("out.json"), "text\n");
  EXPECT_EQ(folder.file_count(), 1);
}

TEST(OutputFile, ReplacesTheOldOneUnderTheEyesOfAReader) {
  const TemporaryFolder folder;
  const std::string path = folder.write("out.json", "the old text");
  const int reader = open(path.c_str(), O_RDONLY);
  write_output_file(path, "new", Overwrite::kReplace);
  EXPECT_EQ(read_rest(reader), "the old text");
  close(reader);
  EXPECT_EQ(folder.read("out.json"), "new");
  EXPECT_EQ(folder.file_count(), 1);
}

TEST(OutputFile, IsRefusedIfItIsThereAndMayNotBeReplaced) {
  const TemporaryFolder folder;
  const std::string path = folder.path("out.json");
  write_output_file(path, "first", Overwrite::kRefuse);
  std::filesystem::create_symlink("out.json", folder.path("link.json"));
  for (const std::string& name : {path, folder.path("link.json")}) {
    EXPECT_THAT(user_error_of([&] { write_output_file(name, "second", Overwrite::kRefuse); }),
                HasSubstr("'" + name + "' exists; --force"));
    EXPECT_THAT(user_error_of([&] { require_new(name); }), HasSubstr("--force"));
  }
  EXPECT_EQ(folder.read("out.json"), "first");
  EXPECT_EQ(folder.file_count(), 2);
  require_new(folder.path("another.json"));
  require_new("/dev/null");
}

TEST(OutputFile, LeavesTheOldOneAndNoRestIfTheDiskIsFull) {
  const TemporaryFolder folder;
  const std::string path = folder.write("out.json", "old");
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit ten_bytes{10, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &ten_bytes);
  const std::string error = error_of_writing(path, "far more than ten bytes");
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_THAT(error, HasSubstr("cannot write '" + path + "'"));
  EXPECT_EQ(folder.read("out.json"), "old");
  EXPECT_EQ(folder.file_count(), 1);
}

TEST(OutputFile, IsRefusedInOneLineWhereItCannotBeWritten) {
  const TemporaryFolder folder;
  const std::string missing = folder.path("missing_folder/out.json");
  EXPECT_THAT(error_of_writing(missing, "text"), HasSubstr("cannot write '" + missing + "'"));
  EXPECT_THAT(error_of_writing(folder.path(""), "text"), HasSubstr("cannot write"));
  EXPECT_THAT(error_of_writing("", "text"), HasSubstr("cannot write ''"));
  EXPECT_EQ(folder.file_count(), 0);
}

TEST(OutputFile, GoesBehindASymbolicLink) {
  const TemporaryFolder folder;
  folder.write("real.json", "old");
  std::filesystem::create_symlink("real.json", folder.path("link.json"));
  write_output_file(folder.path("link.json"), "new", Overwrite::kReplace);
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path("link.json")));
  EXPECT_EQ(folder.read("real.json"), "new");
}

TEST(OutputFile, IsWrittenToAndNotReplacedIfItIsAPipe) {
  const TemporaryFolder folder;
  const std::string path = folder.path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK);
  write_output_file(path, "text", Overwrite::kReplace);
  EXPECT_EQ(read_rest(reader), "text");
  close(reader);
  EXPECT_TRUE(std::filesystem::is_fifo(path));
}

TEST(OutputFile, HasThePermissionsThatTheUserGivesNewFiles) {
  const TemporaryFolder folder;
  const mode_t mask = umask(027);
  write_output_file(folder.path("out.json"), "text", Overwrite::kReplace);
  umask(mask);
  struct stat found{};
  ASSERT_EQ(stat(folder.path("out.json").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0640U);
}

}  // namespace
}  // namespace spinlab
