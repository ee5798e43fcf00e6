// Numbers that users hand in: converted only if they are what is wanted.
#include "harness/json_input.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/harness/user_error_of.hpp"

namespace spinlab {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kMost = std::numeric_limits<int>::max();

TEST(WholeNumbers, AreTakenUpToBothEnds) {
  EXPECT_EQ(number_in(json(0), "key", 0, 7), 0);
  EXPECT_EQ(number_in(json(7), "key", 0, 7), 7);
  EXPECT_EQ(number_in(json(-3), "key", -3, 7), -3);
  EXPECT_EQ(number_in(json(kMost), "key", 0, kMost), kMost);
  const auto largest = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(number_in(json(largest), "key", std::uint64_t{0}, largest), largest);
}

TEST(WholeNumbers, AreRefusedForWhatIsNoneAndForWhatIsOutOfTheirRange) {
  for (const json& wrong :
       {json(-1), json(8), json(1e308), json(-1e308), json(1e300), json(0.5), json(2.0),
        json(kInfinity), json(-kInfinity), json(std::numeric_limits<double>::quiet_NaN()),
        json(std::numeric_limits<std::uint64_t>::max()),
        json(std::numeric_limits<std::int64_t>::min()), json("3"), json(true), json(nullptr),
        json::array({3}), json::object()}) {
    EXPECT_THAT(user_error_of([&] { number_in(wrong, "a.key", 0, 7); }),
                AllOf(HasSubstr("a.key: "), HasSubstr("no whole number from 0 to 7")))
        << wrong;
  }
}

TEST(Numbers, AreTakenUpToBothEnds) {
  EXPECT_EQ(number_in(json(0), "key", 0.0, 1e9), 0);
  EXPECT_EQ(number_in(json(1e9), "key", 0.0, 1e9), 1e9);
  EXPECT_EQ(number_in(json(-2.5), "key", -kLargestNumber, kLargestNumber), -2.5);
}

TEST(Numbers, AreRefusedForWhatIsNoneAndForWhatIsOutOfTheirRange) {
  for (const json& wrong : {json(-0.1), json(1.1e9), json(1e308), json(kInfinity), json(-kInfinity),
                            json(std::numeric_limits<double>::quiet_NaN()), json("3"), json(true),
                            json(nullptr), json::array({3}), json::object()}) {
    EXPECT_THAT(user_error_of([&] { number_in(wrong, "a.key", 0.0, 1e9); }),
                AllOf(HasSubstr("a.key: "), HasSubstr("is no number from 0 to 1000000000")))
        << wrong;
  }
}

TEST(Truths, AreTrueOrFalse) {
  EXPECT_TRUE(truth_in(json(true), "key"));
  EXPECT_FALSE(truth_in(json(false), "key"));
  for (const json& wrong : {json(1), json("true"), json(nullptr)}) {
    EXPECT_THAT(user_error_of([&] { truth_in(wrong, "key"); }), HasSubstr("key: "));
  }
}

TEST(WrongValues, AreShownShortAndInOneLine) {
  EXPECT_THAT(
      user_error_of([] { number_in(json("a\nb\x1b\xff" + std::string(99, 'x')), "key", 0, 1); }),
      AllOf(HasSubstr(R"("a\nb\u001b)"), Not(HasSubstr("\n")),
            Not(HasSubstr(std::string(40, 'x')))));
}

TEST(ModestJson, IsNoDeeperThan32) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '['); };
  EXPECT_NO_THROW(require_modest_json(nested(32)));
  EXPECT_THAT(user_error_of([&] { require_modest_json(nested(33)); }), HasSubstr("deeper than 32"));
  EXPECT_NO_THROW(require_modest_json("\"\\\"" + nested(33) + "\""));
  EXPECT_NO_THROW(require_modest_json("[" + std::string(99, ']') + nested(32)));
  EXPECT_NO_THROW(require_modest_json("\"\\"));
}

TEST(ModestJson, HasObjectsOfNoMoreThan4096Members) {
  const auto object = [](int members) {
    std::string text = "{\"of\": {\"another\": 1}";
    for (int member = 1; member < members; ++member)
      text += ", \"" + std::to_string(member) + "\": 1";
    return text + "}";
  };
  EXPECT_NO_THROW(require_modest_json(object(4096)));
  EXPECT_THAT(user_error_of([&] { require_modest_json(object(4097)); }),
              HasSubstr("more than 4096 members"));
}

}  // namespace
}  // namespace spinlab
