// Where reports say that a call was.
#include "interface/verifier/source_place.hpp"

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <source_location>
#include <string>

#include "interface/spinlab_guards.hpp"
#include "tests/interface/verifier/stops.hpp"
#include "tests/temporary_folder.hpp"

namespace spinlab::verifier {

using testing::HasSubstr;

// Not in the unnamed namespace: reports show its name, with its arguments.
[[gnu::noinline]] int make_guard_twice(KSPIN_LOCK& lock) {
  const ke::spin_lock_guard outer(lock);
  const ke::at_dpc_spin_lock_guard inner(lock);
  return std::source_location::current().line() - 1;
}

namespace {

using Guards = Misuse;

TEST_F(Guards, AreReportedWhereTheyWereMade) {
  const auto line = std::to_string(make_guard_twice(lock.word));
  const std::string text = take().front().text;
  const std::string place = " at source_place_test.cpp:" + line +
                            " (spinlab::verifier::make_guard_twice(unsigned long&))";
  EXPECT_THAT(text, HasSubstr("call      KeAcquireSpinLockAtDpcLevel" + place + '\n'));
}

// A folder that tells what was opened in it.
class WatchedFolder {
 public:
  WatchedFolder() { inotify_add_watch(watch_, folder_.path("").c_str(), IN_OPEN); }
  ~WatchedFolder() { close(watch_); }
  WatchedFolder(const WatchedFolder&) = delete;
  WatchedFolder& operator=(const WatchedFolder&) = delete;

  std::string path(const char* name) const { return folder_.path(name); }
  // Since the last call.
  bool was_anything_opened() const {
    std::array<char, 4096> events;
    return read(watch_, events.data(), events.size()) > 0;
  }

 private:
  TemporaryFolder folder_;
  int watch_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
};

TEST(SourcePlace, OpensNoFileOfTheWorkingFolder) {
  WatchedFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path(""));
  const unsigned long vdso = getauxval(AT_SYSINFO_EHDR);
  ASSERT_NE(vdso, 0U);
  for (const char* const name : {"linux-vdso.so.1", "addr2line", "core"})
    std::ofstream(folder.path(name)) << "a stranger's";
  ASSERT_TRUE(folder.was_anything_opened());
  EXPECT_THAT(SourcePlace(reinterpret_cast<void*>(vdso + 0x801)).text(), HasSubstr("+0x801"));
  const auto after_call = reinterpret_cast<const char*>(make_guard_twice) + 1;
  EXPECT_THAT(SourcePlace(after_call).text(), HasSubstr("source_place_test.cpp:"));
  std::filesystem::current_path(before);
  EXPECT_FALSE(folder.was_anything_opened());
}

TEST(SourcePlace, OfNothingIsAQuestionMark) { EXPECT_STREQ(SourcePlace(nullptr).text(), "?"); }

TEST(SourcePlace, OutsideOfAllObjectsIsAQuestionMark) {
  const int here = 0;
  EXPECT_STREQ(SourcePlace(&here).text(), "?");
}

}  // namespace
}  // namespace spinlab::verifier
