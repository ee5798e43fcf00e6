// Doors: the ways to acquire, each with the rules that it is judged by.
#pragma once

#include <array>
#include <cstddef>

#include "interface/verifier/rules.hpp"

namespace spinlab::verifier {

// What a lock is used as. One lock is used as one thing.
enum class Use : std::uint8_t { kNone, kPlain, kQueued, kExSpinLock, kNdisRwLock };

enum class Door : std::uint8_t {
#define SPINLAB_DOOR(name, use, raises, shared, acquire, release, level, end) name,
#include "interface/verifier/doors.def"
#undef SPINLAB_DOOR
};

struct DoorFacts {
  Use use;
  bool raises;     // The acquire raises the IRQL, and its release restores it.
  bool is_shared;  // Readers hold it together.
  Rule acquire;    // For acquiring twice, or in a way that does not fit the lock's use so far.
  Rule release;    // For a release without its acquire.
  Rule level;      // For the IRQL.
  Rule end;        // For an acquisition that is never released.
};

inline constexpr std::array kDoors{
#define SPINLAB_DOOR(name, use, raises, shared, acquire, release, level, end) \
  DoorFacts{Use::use, raises, shared, Rule::acquire, Rule::release, Rule::level, Rule::end},
#include "interface/verifier/doors.def"
#undef SPINLAB_DOOR
};

constexpr const DoorFacts& facts_of(Door door) { return kDoors[static_cast<std::size_t>(door)]; }

// A lock that was tried has no release of its own.
constexpr bool lets_out(Door in, Door out) {
  return in == out || (in == Door::kTry && (out == Door::kPlain || out == Door::kAtDpc));
}

}  // namespace spinlab::verifier
