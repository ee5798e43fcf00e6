// What is printed: no name moves a terminal's cursor, and what cannot be printed harms nobody.
#include "harness/say.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace spinlab {
namespace {

TEST(Printable, HasNoControlCharactersButNewlines) {
  EXPECT_EQ(printable("a\x1b[31mb\x07\x7f\r\t\nc"), "a\\x1b[31mb\\x07\\x7f\\x0d\\x09\nc");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
  for (int byte = 0; byte < 0x20; ++byte) {
    const std::string text = printable(std::string(1, static_cast<char>(byte)));
    EXPECT_EQ(text.size(), byte == '\n' ? 1U : 4U) << byte;
  }
}

TEST(Printable, HasNoControlCharactersOfTheUpperHalfAndKeepsOtherLetters) {
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\x9b31m");  // U+009B is ESC [ in one.
  EXPECT_EQ(printable("\xc2\xb5s, \xc3\xa9"), "\xc2\xb5s, \xc3\xa9");
  EXPECT_EQ(printable("\xc2"), "\\xc2");
  EXPECT_EQ(printable("a\x9b"
                      "31m"),
            "a\\x9b31m");  // The same as one byte, which terminals of 8 bits obey.
  EXPECT_EQ(printable("a\xe2\x80\xae"
                      "b"),
            "a\\x202eb");  // U+202E turns the direction of what follows.
  EXPECT_EQ(printable("\xf0\x9f\x94\x92"), "\xf0\x9f\x94\x92");
  EXPECT_EQ(printable(""), "");
}

TEST(OneLine, HasBlanksForNewlines) { EXPECT_EQ(one_line("a\nb\x1b"), "a b\\x1b"); }

TEST(Say, IsOneLineWithTheProgramsName) {
  testing::internal::CaptureStderr();
  say("two\nlines\x1b");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "spinlab: two lines\\x1b\n");
}

TEST(Say, HarmsNobodyIfStderrIsFull) {
  const int kept = dup(STDERR_FILENO);
  const int full = open("/dev/full", O_WRONLY);
  dup2(full, STDERR_FILENO);
  say("lost");
  dup2(kept, STDERR_FILENO);
  close(full);
  close(kept);
}

}  // namespace
}  // namespace spinlab
