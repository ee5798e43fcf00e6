// Rules: the names by which misuse is switched on and off. Most are those of Microsoft's rule sets
// for WDM and NDIS drivers; the last ones are ours, for what those do not name.
//
// Thread safety: all functions.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

namespace spinlab::verifier {

enum class Rule : std::uint8_t {
#define SPINLAB_RULE(name, text) name,
#include "interface/verifier/rules.def"
#undef SPINLAB_RULE
  kCount
};

class Rules {
 public:
  static bool is_on(Rule rule) {
    // relaxed: a switch that orders nothing.
    return (off().load(std::memory_order::relaxed) & bit(rule)) == 0;
  }

  // False if there is no rule of that name.
  static bool enable(std::string_view name, bool is_on);

  static const char* name_of(Rule rule);
  static std::span<const std::string_view> names();

 private:
  static std::uint32_t bit(Rule rule) { return std::uint32_t{1} << static_cast<unsigned>(rule); }

  static std::atomic<std::uint32_t>& off() {
    static constinit std::atomic<std::uint32_t> mask{0};
    return mask;
  }
};

}  // namespace spinlab::verifier
