// docs/verifier.md has every misuse and every rule.
#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "interface/verifier/misuses.hpp"
#include "interface/verifier/rules.hpp"

namespace spinlab::verifier {
namespace {

std::string page() {
  std::ostringstream text;
  text << std::ifstream(SPINLAB_VERIFIER_PAGE).rdbuf();
  return text.str();
}

TEST(VerifierPage, HasEveryMisuseWithItsCode) {
  const std::string text = page();
  for (const MisuseFacts& facts : kMisuses) {
    char code[32];
    if (facts.subcode != 0) {
      std::snprintf(code, sizeof code, "`0x%X/0x%X`", facts.code, facts.subcode);
    } else {
      std::snprintf(code, sizeof code, "`0x%02X`", facts.code);
    }
    const std::size_t row = text.find(std::string("| ") + facts.what);
    ASSERT_NE(row, std::string::npos) << facts.what;
    EXPECT_THAT(text.substr(row, text.find('\n', row) - row), testing::HasSubstr(code));
  }
}

TEST(VerifierPage, HasEveryRule) {
  const std::string text = page();
  for (const std::string_view rule : Rules::names())
    EXPECT_THAT(text, testing::HasSubstr('`' + std::string(rule) + '`'));
}

}  // namespace
}  // namespace spinlab::verifier
