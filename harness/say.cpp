#include "harness/say.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <utility>

namespace spinlab {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool is_whole = true;  // Else a byte that is no part of UTF-8.
};

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

Character first_of(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first};
  const Character broken{first, 1, false};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < bytes) return broken;
  char32_t code = first & (0x7FU >> bytes);
  for (std::size_t at = 1; at < bytes; ++at) {
    if (!continues(text[at])) return broken;
    code = code << 6 | (static_cast<unsigned char>(text[at]) & 0x3FU);
  }
  return {code, bytes};
}

// Whether it moves a cursor, colours, or turns the direction of what follows.
bool is_control(char32_t code) {
  constexpr std::pair<char32_t, char32_t> kRanges[] = {
      {0x00, 0x09},     {0x0B, 0x1F},     {0x7F, 0x9F},       // C0 but the newline, DEL, C1.
      {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}};  // Lines' ends and directions.
  return std::ranges::any_of(
      kRanges, [code](const auto& range) { return range.first <= code && code <= range.second; });
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character first = first_of(text);
    if (first.is_whole && !is_control(first.code)) {
      result += text.substr(0, first.bytes);
    } else {
      result += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(first.code));
    }
    text.remove_prefix(first.bytes);
  }
  return result;
}

std::string one_line(std::string_view text) {
  std::string line = printable(text);
  std::ranges::replace(line, '\n', ' ');
  return line;
}

void say(std::string_view text) noexcept {
  try {
    say_raw(fmt::format("spinlab: {}\n", one_line(text)));
  } catch (const std::exception&) {  // No memory for the line: as it is.
    say_raw("spinlab: ");
    say_raw(text);
    say_raw("\n");
  }
}

void say_raw(std::string_view text) noexcept {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void print_text(std::string_view text) {
  const std::string clean = printable(text);
  std::fwrite(clean.data(), 1, clean.size(), stdout);
}

}  // namespace spinlab
