// A litmus test as data, so that the checker and its oracles can be asked about the same one.
//
// Nothing of the checker is in here.
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace spinlab::litmus {

using std::memory_order;

inline constexpr int kX = 0;
inline constexpr int kY = 1;
inline constexpr int kZ = 2;
inline constexpr int kMaxLocations = 3;  // All are zero at first.

enum class Action : std::uint8_t {
  kLoad,
  kStore,
  kExchange,
  kFetchAdd,
  kCompareExchange,
  kFence,
  // From here on: not in the axioms' language.
  kAwaitEqual,     // Of `expected`.
  kAwaitOther,     // Of anything but `expected`.
  kAwaitExchange,  // Takes `expected`, writes `operand`.
  kPartStore,      // Of the second byte of a location.
  kPartExchange,
  kPark,       // While the location holds `expected`.
  kWake,       // `operand` sleepers.
  kPlainLoad,  // Of the one location that is not atomic.
  kPlainStore,
};
constexpr bool is_for_axioms(Action action) { return action <= Action::kFence; }

constexpr int kAlways = -1;

// What reads makes the value its thread's newest register.
struct Instruction {
  Action action = Action::kFence;
  int location = 0;
  int operand = 0;
  int expected = 0;
  memory_order order = memory_order::relaxed;
  memory_order failure_order = memory_order::relaxed;
  bool adds_register = false;  // The newest register is added to the operand.
  int only_after = kAlways;    // Skipped unless the newest register holds this. Not for axioms.

  Instruction after(int value) const {
    Instruction conditional = *this;
    conditional.only_after = value;
    return conditional;
  }
};

using Thread = std::vector<Instruction>;
using Program = std::vector<Thread>;

struct Outcome {
  std::vector<std::vector<int>> registers;  // By thread.
  std::vector<int> finals;                  // By location; all kMaxLocations.

  auto operator<=>(const Outcome&) const = default;
};

inline Instruction load(int location, memory_order order) {
  return {.action = Action::kLoad, .location = location, .order = order};
}
inline Instruction store(int location, int value, memory_order order) {
  return {.action = Action::kStore, .location = location, .operand = value, .order = order};
}
inline Instruction exchange(int location, int value, memory_order order) {
  return {.action = Action::kExchange, .location = location, .operand = value, .order = order};
}
inline Instruction fetch_add(int location, int value, memory_order order) {
  return {.action = Action::kFetchAdd, .location = location, .operand = value, .order = order};
}
inline Instruction compare_exchange(int location, int expected, int value, memory_order order,
                                    memory_order failure_order) {
  return {.action = Action::kCompareExchange,
          .location = location,
          .operand = value,
          .expected = expected,
          .order = order,
          .failure_order = failure_order};
}
inline Instruction fence(memory_order order) { return {.order = order}; }
inline Instruction await(int location, int value, memory_order order) {
  return {.action = Action::kAwaitEqual, .location = location, .expected = value, .order = order};
}
inline Instruction await_exchange(int location, int expected, int value, memory_order order) {
  return {.action = Action::kAwaitExchange,
          .location = location,
          .operand = value,
          .expected = expected,
          .order = order};
}
inline Instruction plain_load() { return {.action = Action::kPlainLoad}; }
inline Instruction plain_store(int value) {
  return {.action = Action::kPlainStore, .operand = value};
}

// One line a thread.
std::string text_of(const Program& program);
// "0 1 | 1": the registers of each thread that has any.
std::string registers_text(const Outcome& outcome);
// "0 1 | 1 -> 1 2": and the final values of the first `locations` locations.
std::string full_text(const Outcome& outcome, int locations);

}  // namespace spinlab::litmus
