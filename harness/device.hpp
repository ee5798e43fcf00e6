// Parts of a device that receives packets (device_door.hpp), the same for every lock and interface.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "harness/timed_loop.h"

namespace spinlab {

// Packets and the sum of their numbers: one that is lost and one that comes twice show, too.
struct Traffic {
  std::uint64_t packets = 0;
  std::uint64_t sum = 0;

  void add(std::uint64_t number) {
    ++packets;
    sum += number;
  }
  Traffic& operator+=(const Traffic& other);
  friend bool operator==(const Traffic&, const Traffic&) = default;
};

// What the interrupt brought and no DPC has fetched.
// Thread safety: the caller holds the interrupt's lock. A lock that lets two in leaves it torn.
class PacketRing {
 public:
  static constexpr std::uint64_t kSlots = 32;

  // False if it is full.
  bool put(std::uint64_t number) {
    if (put_ - taken_ >= kSlots) return false;
    slots_[put_++ % kSlots] = number;
    return true;
  }
  // False if it is empty.
  bool take(std::uint64_t& number) {
    if (taken_ == put_) return false;
    number = slots_[taken_++ % kSlots];
    return true;
  }
  // Nothing if it is torn.
  std::optional<Traffic> waiting() const;

 private:
  std::array<std::uint64_t, kSlots> slots_{};
  std::uint64_t put_ = 0;
  std::uint64_t taken_ = 0;
};

// What one processor did since it was made. Changed on that processor only; of each member, at the
// level of who changes it.
struct ProcessorBooks {
  Traffic sent;            // By its interrupt,
  Traffic overrun;         // and of these, dropped since the ring was full.
  Traffic dropped;         // By its DPC, since no packet was free.
  Traffic delivered;       // To its reader.
  std::uint64_t dpcs = 0;  // That had packets; each of them acquired the queue's lock once.
  spinlab_tally tally{};   // Of its DPCs' and its reader's sections.

  ProcessorBooks& operator+=(const ProcessorBooks& other);
};

// Tells the worker what came since `before`, and in which slice.
void report(const ProcessorBooks& before, const ProcessorBooks& now, spinlab_worker& worker);

// Where all threads of a window wait for each other. Any of them may be interrupted there.
class Meeting {
 public:
  void wait_for(std::size_t threads);

 private:
  std::atomic<std::size_t> arrived_{0};
  std::atomic<std::uint32_t> round_{0};
};

// All packets that were sent were delivered, were dropped, or wait: in the ring or in the queue.
bool is_conserved(const ProcessorBooks& all, const PacketRing& ring,
                  const spinlab_packet_queue& queue);

}  // namespace spinlab
