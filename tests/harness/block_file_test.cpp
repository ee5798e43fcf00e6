// A block's seal: whatever a failure does to the file, it is noticed.
#include "harness/block_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spinlab {
namespace {

using testing::HasSubstr;

constexpr BlockSeal kSeal{.block = 3, .rows = 24};
const std::string kJson = "{\"context\": {},\n \"benchmarks\": []}\n";

TEST(BlockFile, OpensToTheTextThatWasSealed) {
  const std::string text = seal_block(kJson, kSeal);
  const OpenedBlock opened = open_block(text, kSeal);
  EXPECT_EQ(opened.damage, "");
  EXPECT_EQ(opened.json, kJson);
}

TEST(BlockFile, HasAChecksumThatOtherProgramsKnow) {
  EXPECT_EQ(checksum_of("123456789"), "cbf43926");  // CRC-32's check value.
  EXPECT_EQ(checksum_of(""), "00000000");
}

TEST(BlockFile, IsDamagedByAnyBitThatFlips) {
  const std::string whole = seal_block(kJson, kSeal);
  for (std::size_t byte = 0; byte < whole.size(); ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string text = whole;
      text[byte] = static_cast<char>(text[byte] ^ (1 << bit));
      EXPECT_NE(open_block(text, kSeal).damage, "") << "byte " << byte << ", bit " << bit;
    }
  }
}

TEST(BlockFile, IsDamagedByAnyEndThatIsMissingOrZero) {
  const std::string whole = seal_block(kJson, kSeal);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    std::string text = whole.substr(0, length);
    EXPECT_NE(open_block(text, kSeal).damage, "") << length;
    text.resize(whole.size(), '\0');
    EXPECT_NE(open_block(text, kSeal).damage, "") << length;
  }
  EXPECT_NE(open_block(whole + "\n", kSeal).damage, "");
}

TEST(BlockFile, IsDamagedIfItIsAnotherBlockOrHasOtherRows) {
  const std::string text = seal_block(kJson, kSeal);
  EXPECT_THAT(open_block(text, {.block = 2, .rows = 24}).damage, HasSubstr("block=2"));
  EXPECT_THAT(open_block(text, {.block = 3, .rows = 25}).damage, HasSubstr("rows=25"));
}

TEST(BlockFile, SaysWhatIsWrong) {
  EXPECT_THAT(open_block("", kSeal).damage, HasSubstr("empty"));
  EXPECT_THAT(open_block(kJson, kSeal).damage, HasSubstr("no seal"));
}

}  // namespace
}  // namespace spinlab
