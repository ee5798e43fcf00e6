// Misuses: what the verifier finds, with the stop codes that Windows gives them.
#pragma once

#include <array>
#include <cstddef>

#include "interface/spinlab_types.h"

namespace spinlab::verifier {

enum class Misuse {
#define SPINLAB_MISUSE(name, code, subcode, what, remedy) name,
#include "interface/verifier/misuses.def"
#undef SPINLAB_MISUSE
};

struct MisuseFacts {
  ULONG code;
  ULONG subcode;  // 0: none.
  const char* what;
  const char* remedy;
};

inline constexpr std::array kMisuses{
#define SPINLAB_MISUSE(name, code, subcode, what, remedy) MisuseFacts{code, subcode, what, remedy},
#include "interface/verifier/misuses.def"
#undef SPINLAB_MISUSE
};

constexpr const MisuseFacts& facts_of(Misuse misuse) {
  return kMisuses[static_cast<std::size_t>(misuse)];
}

// Windows' name of a stop code.
constexpr const char* name_of_code(ULONG code) {
  switch (code) {
    case 0x0F:
      return "SPIN_LOCK_ALREADY_OWNED";
    case 0x10:
      return "SPIN_LOCK_NOT_OWNED";
    case 0xC4:
      return "DRIVER_VERIFIER_DETECTED_VIOLATION";
    case 0xC8:
      return "IRQL_UNEXPECTED_VALUE";
    default:
      return "DPC_WATCHDOG_VIOLATION";
  }
}

}  // namespace spinlab::verifier
