// A number that a user wrote: all of the text, or nothing.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace spinlab {

// Nothing for an empty text, for one that is more than a number, and for a number that Number
// cannot hold: a sign for an unsigned one, too. Pure; thread-safe.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace spinlab
