#include "interface/verifier/summary.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "interface/verifier/hold_time.hpp"
#include "interface/verifier/lock_records.hpp"
#include "interface/verifier/source_place.hpp"

namespace spinlab::verifier {
namespace {

constexpr std::size_t kMostLines = 20;

// relaxed, here and below: nobody writes any more.
std::uint64_t read(const std::atomic<std::uint64_t>& sum) {
  return sum.load(std::memory_order::relaxed);
}

std::uint64_t times_acquired(const LockRecord& lock) {
  return read(lock.acquisitions) + read(lock.passes);
}

void write_line(const LockRecord& lock) {
  const char* const name = lock.name.load(std::memory_order::relaxed);
  char address[2 + 16 + 1];
  std::snprintf(address, sizeof address, "%p", const_cast<const void*>(lock.lock));
  std::fprintf(stderr, "  %-24s %14llu %12llu ", name != nullptr ? name : address,
               static_cast<unsigned long long>(times_acquired(lock)),
               static_cast<unsigned long long>(read(lock.contended)));
  if (read(lock.acquisitions) == 0) {
    std::fprintf(stderr, "%14s  ExInterlocked... only\n", "-");
  } else {
    std::fprintf(stderr, "%14.1f  %s\n",
                 static_cast<double>(HoldTime::ns_from_ticks(read(lock.longest_ticks))) / 1000,
                 SourcePlace(lock.longest.get().address).text());
  }
}

}  // namespace

void write_summary() {
  std::vector<const LockRecord*> locks;
  LockRecords::for_each([&locks](const LockRecord& lock) {
    if (times_acquired(lock) != 0) locks.push_back(&lock);
  });
  if (locks.empty()) return;
  std::ranges::sort(locks, std::greater(),
                    [](const LockRecord* lock) { return times_acquired(*lock); });
  std::fprintf(stderr, "spinlab verifier: %zu lock%s\n  %-24s %14s %12s %14s  %s\n", locks.size(),
               locks.size() == 1 ? "" : "s", "lock", "acquisitions", "contended", "longest hold us",
               "acquired at");
  for (std::size_t i = 0; i < std::min(locks.size(), kMostLines); ++i) write_line(*locks[i]);
  if (locks.size() > kMostLines)
    std::fprintf(stderr, "  and %zu with fewer acquisitions\n", locks.size() - kMostLines);
}

}  // namespace spinlab::verifier
