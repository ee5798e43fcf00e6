#include "harness/device.hpp"

#include <thread>

namespace spinlab {

Traffic& Traffic::operator+=(const Traffic& other) {
  packets += other.packets;
  sum += other.sum;
  return *this;
}

std::optional<Traffic> PacketRing::waiting() const {
  if (put_ - taken_ > kSlots) return std::nullopt;
  Traffic traffic;
  for (std::uint64_t at = taken_; at != put_; ++at) traffic.add(slots_[at % kSlots]);
  return traffic;
}

ProcessorBooks& ProcessorBooks::operator+=(const ProcessorBooks& other) {
  sent += other.sent;
  overrun += other.overrun;
  dropped += other.dropped;
  delivered += other.delivered;
  dpcs += other.dpcs;
  return *this;
}

void report(const ProcessorBooks& before, const ProcessorBooks& now, spinlab_worker& worker) {
  const std::uint64_t dpcs = now.dpcs - before.dpcs;
  worker.acquisitions += dpcs;
  worker.dpcs += dpcs;
  worker.packets_sent += now.sent.packets - before.sent.packets;
  worker.packets_dropped += now.overrun.packets - before.overrun.packets;
  worker.packets_dropped += now.dropped.packets - before.dropped.packets;
  if (worker.slice >= worker.slice_count) return;  // What came after the window.
  worker.slices[worker.slice].acquisitions += dpcs;
  worker.packets[worker.slice] += now.delivered.packets - before.delivered.packets;
}

void Meeting::wait_for(std::size_t threads) {
  // relaxed: this round ends only after our arrival.
  const std::uint32_t round = round_.load(std::memory_order::relaxed);
  // acq_rel: whoever comes last has seen what all others did, and the load below sees it by him.
  if (arrived_.fetch_add(1, std::memory_order::acq_rel) + 1 == threads) {
    arrived_.store(0, std::memory_order::relaxed);
    round_.store(round + 1, std::memory_order::release);
    return;
  }
  while (round_.load(std::memory_order::acquire) == round) std::this_thread::yield();
}

bool is_conserved(const ProcessorBooks& all, const PacketRing& ring,
                  const spinlab_packet_queue& queue) {
  const std::optional<Traffic> in_ring = ring.waiting();
  if (!in_ring) return false;
  Traffic found{.packets = queue.waiting.length, .sum = spinlab_sum_of_waiting(&queue)};
  found += *in_ring;
  found += all.overrun;
  found += all.dropped;
  found += all.delivered;
  return found == all.sent;
}

}  // namespace spinlab
