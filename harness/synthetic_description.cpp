#include "harness/synthetic_description.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "harness/parse_number.hpp"

namespace spinlab {
namespace {

constexpr std::size_t kMostCharacters = 8192;
constexpr std::size_t kMostIndexDigits = 6;
constexpr std::uint64_t kManyProcessors = std::uint64_t{1} << 32;

bool is_digit(char letter) { return std::isdigit(static_cast<unsigned char>(letter)) != 0; }

// Whether each number of the attribute `indexes=` is short; sizes of caches are long ones.
bool indexes_are_small(std::string_view attributes) {
  constexpr std::string_view kKey = "indexes=";
  const std::size_t start = attributes.find(kKey);
  if (start == attributes.npos) return true;
  std::size_t digits = 0;
  for (const char letter : attributes.substr(start + kKey.size())) {
    digits = is_digit(letter) ? digits + 1 : 0;
    if (digits > kMostIndexDigits) return false;
  }
  return true;
}

// Takes "(attributes)" or "[memory]" off the front of the text; false if it has no end.
bool skip_bracketed(std::string_view& text, char end) {
  const std::size_t length = text.find(end);
  if (length == text.npos || !indexes_are_small(text.substr(0, length))) return false;
  text.remove_prefix(length + 1);
  return true;
}

// Takes "core:8" or "8" off the front; the count, or nothing.
std::optional<std::uint32_t> take_level(std::string_view& text) {
  const std::string_view level = text.substr(0, text.find_first_of(" (["));
  text.remove_prefix(level.size());
  const std::size_t colon = level.find(':');
  return parse_number<std::uint32_t>(colon == level.npos ? level : level.substr(colon + 1));
}

}  // namespace

std::optional<std::uint64_t> processors_described(std::string_view description) {
  if (description.size() > kMostCharacters) return std::nullopt;
  // Memory of nothing; hwloc refuses it, too, and loses what it has allocated by then.
  if (description.substr(0, description.find_last_not_of(' ') + 1).ends_with(']')) {
    return std::nullopt;
  }
  std::uint64_t processors = 1;
  std::string_view rest = description;
  while (!rest.empty()) {
    if (rest.front() == ' ') {
      rest.remove_prefix(1);
    } else if (rest.front() == '(' || rest.front() == '[') {
      if (!skip_bracketed(rest, rest.front() == '(' ? ')' : ']')) return std::nullopt;
    } else {
      const auto count = take_level(rest);
      if (!count) return std::nullopt;
      processors = std::min(processors * *count, kManyProcessors);
    }
  }
  return processors;
}

}  // namespace spinlab
