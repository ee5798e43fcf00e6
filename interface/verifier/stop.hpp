// Stops: a misuse is written to stderr and given to the handler.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "interface/spinlab_verifier.h"
#include "interface/verifier/lock_order.hpp"
#include "interface/verifier/misuses.hpp"

namespace spinlab::verifier {

// A misuse that was found.
struct Verdict {
  Misuse misuse{};
  Rule rule{};
  const LockRecord* lock = nullptr;  // Null if it is about none.
  Call acquired{};                   // The acquisition that it concerns, if there is one.
  // What follows the subcode; for codes without one, all parameters but the last.
  std::array<ULONG_PTR, 3> parameters{};
  const Hold* still_held = nullptr;  // Another acquisition that it concerns.
  const OrderCycle* cycle = nullptr;
};

// Whether one or other of the two switches it off: its own rule, or DeadlockDetection for the
// misuses that belong to that.
bool is_on(Misuse misuse, Rule rule);

using Finding = std::optional<Verdict>;

// The verdict with these two, or nothing if they are switched off.
Finding found(Misuse misuse, Rule rule, Verdict verdict);

inline std::uintptr_t to_number(const volatile void* address) {
  return reinterpret_cast<std::uintptr_t>(address);
}

// Writes the report and calls the handler, on the thread of the misuse at its own IRQL. Returns if
// the program goes on.
void stop(const Verdict& verdict, const Call& call);

// Null: the default one, which ends the program if the misuse stops.
void set_handler(SPINLAB_STOP_HANDLER* handler, void* context);

}  // namespace spinlab::verifier
