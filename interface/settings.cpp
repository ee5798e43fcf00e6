#include "interface/settings.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "machines/native/waiting.hpp"

namespace spinlab {

std::optional<std::string_view> read_setting(const char* variable,
                                             std::span<const std::string_view> known) {
  const char* const value = find_setting(variable);
  if (value == nullptr) return std::nullopt;
  const auto found = std::ranges::find(known, value);
  if (found == known.end()) refuse_setting(variable, value, known);
  return *found;
}

void refuse_setting(std::string_view source, std::string_view value,
                    std::span<const std::string_view> known) {
  std::string line =
      "spinlab: " + std::string(source) + ": unknown name '" + std::string(value) + "'; known:";
  for (const std::string_view name : known) (line += ' ') += name;
  line += '\n';
  std::fputs(line.c_str(), stderr);
  std::_Exit(2);
}

void apply_waiting_setting() {
  static constexpr std::string_view kYield = "yield";
  static constexpr std::array<std::string_view, 2> kKnown{"pause", kYield};
  const bool yields = read_setting("SPINLAB_WAITING", kKnown) == kYield;
  // relaxed: a setting that orders nothing; see ChosenWaiting.
  ChosenWaiting::yields.store(yields, std::memory_order::relaxed);
}

}  // namespace spinlab
