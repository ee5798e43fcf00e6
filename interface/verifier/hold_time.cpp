#include "interface/verifier/hold_time.hpp"

#include <sys/resource.h>
#include <time.h>

#include <array>

#include "machines/native/processor.h"

namespace spinlab::verifier {
namespace {

constexpr std::uint64_t kLookEveryNs = 1'000'000;

std::uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

// Over a millisecond: the counter's rate to better than a percent, which is enough here.
double measure_ns_per_tick() {
  const std::uint64_t begin_ns = monotonic_ns();
  const std::uint64_t begin = spinlab_ticks();
  std::uint64_t end_ns = begin_ns;
  while (end_ns - begin_ns < 1'000'000) end_ns = monotonic_ns();
  return static_cast<double>(end_ns - begin_ns) / static_cast<double>(spinlab_ticks() - begin);
}

double ns_per_tick() {
  static const double once = measure_ns_per_tick();
  return once;
}

struct Looked {
  std::uint64_t at = 0;
  long switches = 0;  // Out of the processor, against the thread's will.
};

Looked& looked() {
  static thread_local constinit Looked own;
  return own;
}

long count_switches() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nivcsw;
}

std::uint64_t ticks_from_ns(std::uint64_t ns) {
  return static_cast<std::uint64_t>(static_cast<double>(ns) / ns_per_tick());
}

// Each place once: a lock that is always held too long would fill the screen. A place that finds
// no room is not reported.
bool is_first_from(const void* address) {
  static constexpr std::size_t kPlaces = 512;
  static constinit std::array<std::atomic<const void*>, kPlaces> reported{};
  for (std::atomic<const void*>& place : reported) {
    const void* seen = nullptr;
    // relaxed: one of two threads at the same place is first.
    if (place.compare_exchange_strong(seen, address, std::memory_order::relaxed)) return true;
    if (seen == address) return false;
  }
  return false;
}

}  // namespace

long HoldTime::begin(std::uint64_t now) {
  static const std::uint64_t kLookEvery = ticks_from_ns(kLookEveryNs);
  if (now - looked().at > kLookEvery) looked() = {now, count_switches()};
  return looked().switches;
}

bool HoldTime::is_to_report(long switches, const Call& acquired) {
  return count_switches() == switches && is_first_from(acquired.address);
}

void HoldTime::set_limit_us(std::uint32_t microseconds) {
  // Always: the counter's rate is measured here, and not under somebody's lock.
  const std::uint64_t ticks = ticks_from_ns(std::uint64_t{microseconds} * 1000);
  limit_ticks().store(microseconds == 0 ? ~std::uint64_t{0} : ticks, std::memory_order::relaxed);
}

std::uint64_t HoldTime::ns_from_ticks(std::uint64_t ticks) {
  return static_cast<std::uint64_t>(static_cast<double>(ticks) * ns_per_tick());
}

}  // namespace spinlab::verifier
