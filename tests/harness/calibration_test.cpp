// The calibration: its JSON, its table, and that it fills in every cost.
#include "harness/calibration.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "harness/build_facts.hpp"
#include "tests/harness/user_error_of.hpp"

namespace spinlab {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Calibration example() {
  Calibration calibration;
  calibration.empty_loop_ns = 0.1;
  calibration.locked_rmw_ns = 6.6;
  calibration.rmw_store_ns = 9.5;
  calibration.pause_ns = 27.25;
  calibration.timer_ns = 10.125;
  calibration.monotonic_clock_ns = 24.5;
  calibration.ns_per_tick = 1.0 / 3;
  calibration.delay_ns_per_iteration = 0.2727;
  calibration.counter_constant = true;
  calibration.counter_monotone = true;
  calibration.ping_pong = {{0, 1}, {{0, 85.5}, {85.5, 0}}, {{0, 44.25}, {44.25, 0}}, 82, 3, true};
  return calibration;
}

Topology two_cores() { return Topology::from_synthetic("l3:1 core:2 pu:1"); }

std::string error_of_reading(std::string_view text) {
  return user_error_of([&] { calibration_from_json_text(text); });
}

std::string with(std::string text, std::string_view old_part, std::string_view new_part) {
  const std::size_t at = text.find(old_part);
  EXPECT_NE(at, std::string::npos) << old_part;
  return text.replace(at, old_part.size(), new_part);
}

TEST(CalibrationJson, KeepsEveryFieldThereAndBack) {
  const Calibration before = example();
  const Calibration after = calibration_from_json_text(to_json_text(before));
  EXPECT_EQ(after.empty_loop_ns, before.empty_loop_ns);
  EXPECT_EQ(after.locked_rmw_ns, before.locked_rmw_ns);
  EXPECT_EQ(after.rmw_store_ns, before.rmw_store_ns);
  EXPECT_EQ(after.pause_ns, before.pause_ns);
  EXPECT_EQ(after.timer_ns, before.timer_ns);
  EXPECT_EQ(after.monotonic_clock_ns, before.monotonic_clock_ns);
  EXPECT_EQ(after.ns_per_tick, before.ns_per_tick);
  EXPECT_EQ(after.delay_ns_per_iteration, before.delay_ns_per_iteration);
  EXPECT_EQ(after.counter_constant, before.counter_constant);
  EXPECT_EQ(after.counter_monotone, before.counter_monotone);
  EXPECT_EQ(after.ping_pong.processors, before.ping_pong.processors);
  EXPECT_EQ(after.ping_pong.one_line_ns, before.ping_pong.one_line_ns);
  EXPECT_EQ(after.ping_pong.two_lines_ns, before.ping_pong.two_lines_ns);
  EXPECT_EQ(after.ping_pong.trials, before.ping_pong.trials);
  EXPECT_EQ(after.ping_pong.trials_rejected, before.ping_pong.trials_rejected);
  EXPECT_EQ(after.ping_pong.pinned, before.ping_pong.pinned);
}

TEST(CalibrationJson, WritesWhatIsNotANumberAsNullAndReadsItBack) {
  Calibration calibration = example();
  calibration.ping_pong.one_line_ns = {{0, kNaN}, {kNaN, 0}};
  const std::string text = to_json_text(calibration);
  EXPECT_THAT(text, HasSubstr("null"));
  EXPECT_TRUE(std::isnan(calibration_from_json_text(text).ping_pong.one_line_ns[0][1]));
}

TEST(CalibrationJson, IsRefusedInOneLineIfItIsSomethingElse) {
  const std::string good = to_json_text(example());
  const std::string wrong[] = {
      "",
      "garbage",
      "[]",
      "{}",
      "null",
      good.substr(0, good.size() / 2),
      with(good, "spinlab-calibration-1", "spinlab-calibration-2"),
      with(good, "\"pause_ns\"", "\"pawse_ns\""),
      with(good, "\"pause_ns\": 27.25", "\"pause_ns\": \"long\""),
      with(good, "\"two_lines_ns\"", "\"three_lines_ns\""),
  };
  for (const std::string& text : wrong) {
    const std::string error = error_of_reading(text);
    EXPECT_THAT(error, HasSubstr("this is no calibration")) << text;
    EXPECT_THAT(error, Not(HasSubstr("\n"))) << text;
  }
}

TEST(CalibrationJson, IsRefusedForNumbersThatAreNone) {
  const std::string good = to_json_text(example());
  const auto refused_for = [&](std::string_view member, std::string_view wrong) {
    return error_of_reading(with(good, member, wrong));
  };
  for (const std::string wrong : {"-1e308", "1e300", "2147483648", "-1", "0.5", "\"3\"", "null"}) {
    EXPECT_THAT(refused_for("\"trials_rejected\": 3", "\"trials_rejected\": " + wrong),
                HasSubstr("(ping_pong.trials_rejected: "))
        << wrong;
  }
  for (const std::string wrong : {"-1", "1e10", "1e308", "true", "[]"}) {
    EXPECT_THAT(refused_for("\"pause_ns\": 27.25", "\"pause_ns\": " + wrong),
                HasSubstr("(pause_ns: "))
        << wrong;
  }
  EXPECT_THAT(refused_for("85.5", "-85.5"), HasSubstr("ping_pong.one_line_ns.0.1: -85.5"));
  EXPECT_THAT(refused_for("\"pinned\": true", "\"pinned\": 1"), HasSubstr("ping_pong.pinned: 1"));
}

TEST(CalibrationJson, IsRefusedIfAMatrixIsNotSquare) {
  Calibration short_row = example();
  short_row.ping_pong.one_line_ns[1].pop_back();
  EXPECT_THAT(error_of_reading(to_json_text(short_row)), HasSubstr("no calibration"));
  Calibration missing_row = example();
  missing_row.ping_pong.two_lines_ns.pop_back();
  EXPECT_THAT(error_of_reading(to_json_text(missing_row)), HasSubstr("no calibration"));
}

TEST(CalibrationText, HasEachCostAndEachPair) {
  const std::string text = calibration_text(example(), two_cores());
  for (const std::string_view part : {"0.10 ns", "6.60 ns", "9.50 ns", "27.25 ns", "10.12 ns",
                                      "24.50 ns", "0.33 ns", "0.27 ns", "85.5", "44.2", "L3"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, HasSubstr("3 of 82 trials rejected"));
}

TEST(CalibrationText, SaysWhatIsWrongWithTheCounter) {
  Calibration calibration = example();
  EXPECT_THAT(calibration_text(calibration, two_cores()), Not(HasSubstr("NOT ")));
  calibration.counter_constant = false;
  EXPECT_THAT(calibration_text(calibration, two_cores()), HasSubstr("NOT constant"));
  calibration.counter_monotone = false;
  EXPECT_THAT(calibration_text(calibration, two_cores()), HasSubstr("NOT monotone"));
}

TEST(CalibrationText, SaysThatASingleProcessorHasNoPairs) {
  Calibration calibration = example();
  calibration.ping_pong = {{0}, {{0}}, {{0}}, 0, 0, true};
  EXPECT_THAT(calibration_text(calibration, two_cores()), HasSubstr("only one processor"));
}

TEST(CalibrationText, SaysThatPinningWasRefused) {
  Calibration calibration = example();
  calibration.ping_pong.pinned = false;
  EXPECT_THAT(calibration_text(calibration, two_cores()), HasSubstr("pinning was refused"));
}

TEST(CalibrationText, ShowsAPairThatCouldNotBeMeasured) {
  Calibration calibration = example();
  calibration.ping_pong.one_line_ns = {{0, kNaN}, {kNaN, 0}};
  EXPECT_THAT(calibration_text(calibration, two_cores()), HasSubstr("?"));
}

TEST(CalibrationText, OfManyProcessorsIsBroughtDownToDistances) {
  const Topology machine = Topology::from_synthetic("package:2 l3:2 core:8 pu:1");
  Calibration calibration = example();
  PingPong& ping_pong = calibration.ping_pong;
  ping_pong.processors = machine.processors();
  ping_pong.one_line_ns.assign(32, std::vector<double>(32, 70.5));
  ping_pong.two_lines_ns = ping_pong.one_line_ns;
  ping_pong.one_line_ns[0][31] = 123.5;
  const std::string text = calibration_text(calibration, machine);
  EXPECT_THAT(text, HasSubstr("    remote     256    70.5    70.5   123.5\n"));
  EXPECT_LT(text.size(), 2000U);
}

TEST(Calibration, FillsInEveryCost) {
  PingPongEffort effort = PingPongEffort::quick();
  effort.trials = 3;
  const Calibration calibration =
      measure_calibration(Topology::host(), {1.5, 2.5, 3.5}, /*quick=*/true, effort);
  EXPECT_EQ(calibration.empty_loop_ns, 1.5);
  EXPECT_EQ(calibration.locked_rmw_ns, 2.5);
  EXPECT_EQ(calibration.rmw_store_ns, 3.5);
  EXPECT_GT(calibration.pause_ns, 0);
  EXPECT_GT(calibration.timer_ns, 0);
  EXPECT_GT(calibration.monotonic_clock_ns, 0);
  EXPECT_GT(calibration.ns_per_tick, 0);
  EXPECT_GT(calibration.delay_ns_per_iteration, 0);
  EXPECT_FALSE(calibration.ping_pong.processors.empty());
}

TEST(Calibration, IsOfThisHostOnly) {
  EXPECT_THROW(measure_calibration(two_cores(), {}, /*quick=*/true, {}), std::invalid_argument);
}

TEST(BuildFacts, LetNoBuildMeasureWithSanitizersOrWithoutOptimisation) {
  if (kOptimised && !kSanitized) {
    EXPECT_NO_THROW(require_measuring_build("calibrate"));
  } else {
    EXPECT_THROW(require_measuring_build("calibrate"), UserError);
  }
}

}  // namespace
}  // namespace spinlab
