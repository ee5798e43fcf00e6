// HoldTime: how long locks are held, and whether that was the holder's doing.
//
// A thread that the system interrupts while it holds a lock holds it long, and could not help it.
// So an acquisition counts as too long only if its thread was not switched out against its will
// since it last looked, at most kLookEvery before the acquire. What a hypervisor takes is not seen.
// Thread safety: all functions.
#pragma once

#include <atomic>
#include <cstdint>

#include "interface/verifier/lock_records.hpp"

namespace spinlab::verifier {

class HoldTime {
 public:
  // Of the calling thread, after an acquire: how often it was switched out until the last look.
  static long begin(std::uint64_t now);

  // Whether an acquisition that ends now was too long, and is the first one from that place.
  static bool is_too_long(std::uint64_t ticks, long switches, const Call& acquired) {
    // relaxed: a setting that orders nothing.
    return ticks > limit_ticks().load(std::memory_order::relaxed) &&
           is_to_report(switches, acquired);
  }

  // 0: no limit.
  static void set_limit_us(std::uint32_t microseconds);

  static std::uint64_t ns_from_ticks(std::uint64_t ticks);

 private:
  static bool is_to_report(long switches, const Call& acquired);

  static std::atomic<std::uint64_t>& limit_ticks() {
    static constinit std::atomic<std::uint64_t> limit{~std::uint64_t{0}};  // None.
    return limit;
  }
};

}  // namespace spinlab::verifier
