#include "harness/say.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>

namespace spinlab {
namespace {

// Of the character that begins here: bytes of a control character, or 0.
std::size_t control_bytes(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x20 || first == 0x7F) return first == '\n' ? 0 : 1;
  // U+0080 to U+009F, in UTF-8.
  const bool is_c1 = first == 0xC2 && text.size() > 1 &&
                     static_cast<unsigned char>(text[1]) >= 0x80 &&
                     static_cast<unsigned char>(text[1]) < 0xA0;
  return is_c1 ? 2 : 0;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t bytes = control_bytes(text);
    if (bytes == 0) {
      result += text.front();
    } else {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[bytes - 1]));
    }
    text.remove_prefix(std::max<std::size_t>(bytes, 1));
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
