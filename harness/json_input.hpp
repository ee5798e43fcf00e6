// JSON that a user hands in: what is parsed at all, and the one place that takes numbers out of it.
//
// A number of another type, out of its range, with a fraction where a whole one is wanted, or not
// finite is refused before it is converted: 1e308 as an int has no defined value.
// Thread safety: pure functions. They throw UserError, one line.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "harness/user_error.hpp"

namespace spinlab {

// Neither sums nor squares of such numbers are too large for a double.
inline constexpr double kLargestNumber = 1e100;

// Refuses what is nested deeper than 32, which readers follow by recursion, and objects of more than
// 4096 members, among which they look one after the other. The text need not be JSON otherwise.
void require_modest_json(std::string_view text);

// A value in a message: short, and on one line.
template <class Json>
std::string shown_value(const Json& value) {
  constexpr std::size_t kShown = 40;
  return value.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace)
      .substr(0, kShown);
}

// The number, from `lowest` to `highest`, both included; whole if Number is. `where` names the
// value in the message: "context.contestants.0.year".
template <class Number, class Json>
Number number_in(const Json& value, std::string_view where, Number lowest, Number highest) {
  if constexpr (std::integral<Number>) {
    // By the type that holds it exactly.
    const auto fits = [&](auto whole) {
      return std::cmp_less_equal(lowest, whole) && std::cmp_less_equal(whole, highest);
    };
    if (value.is_number_unsigned()) {
      const auto whole = value.template get<std::uint64_t>();
      if (fits(whole)) return static_cast<Number>(whole);
    } else if (value.is_number_integer()) {
      const auto whole = value.template get<std::int64_t>();
      if (fits(whole)) return static_cast<Number>(whole);
    }
  } else if (value.is_number()) {
    const auto number = value.template get<double>();
    if (number >= lowest && number <= highest) return number;  // Not a number is in no range.
  }
  throw UserError(fmt::format("{}: {} is no {}number from {} to {}", where, shown_value(value),
                              std::integral<Number> ? "whole " : "", lowest, highest));
}

// True or false, and nothing that could pass for one of them.
template <class Json>
bool truth_in(const Json& value, std::string_view where) {
  if (value.is_boolean()) return value.template get<bool>();
  throw UserError(fmt::format("{}: {} is neither true nor false", where, shown_value(value)));
}

}  // namespace spinlab
