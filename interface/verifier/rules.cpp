#include "interface/verifier/rules.hpp"

#include <algorithm>
#include <array>

namespace spinlab::verifier {
namespace {

constexpr std::array kNames{
#define SPINLAB_RULE(name, text) std::string_view(text),
#include "interface/verifier/rules.def"
#undef SPINLAB_RULE
};

}  // namespace

bool Rules::enable(std::string_view name, bool is_on) {
  const auto* const found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return false;
  const std::uint32_t mask = bit(static_cast<Rule>(found - kNames.begin()));
  // relaxed, both: as in is_on().
  if (is_on) {
    off().fetch_and(~mask, std::memory_order::relaxed);
  } else {
    off().fetch_or(mask, std::memory_order::relaxed);
  }
  return true;
}

const char* Rules::name_of(Rule rule) { return kNames[static_cast<std::size_t>(rule)].data(); }

std::span<const std::string_view> Rules::names() { return kNames; }

}  // namespace spinlab::verifier
