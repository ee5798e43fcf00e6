#include "interface/verifier/lock_records.hpp"

#include "machines/native/blocks.hpp"

namespace spinlab::verifier {
namespace {

std::size_t hash_of(const volatile void* lock) {
  // Fibonacci hashing: the high bits of the product depend on all bits of the address.
  constexpr std::uint64_t kGoldenRatio = 0x9E3779B97F4A7C15;
  return (reinterpret_cast<std::uintptr_t>(lock) * kGoldenRatio) >> 48;
}

}  // namespace

std::span<std::atomic<LockRecord*>, LockRecords::kBuckets> LockRecords::buckets() {
  static constinit std::atomic<LockRecord*> all[kBuckets]{};
  return all;
}

LockRecord& LockRecords::find(const volatile void* lock) {
  std::atomic<LockRecord*>& bucket = buckets()[hash_of(lock)];
  // acquire, pairs with the exchange below: a record is complete before it can be found.
  LockRecord* const first = bucket.load(std::memory_order::acquire);
  for (LockRecord* record = first; record != nullptr; record = record->next)
    if (record->lock == lock) return *record;

  LockRecord& made = Blocks<LockRecord>::make();
  made.lock = lock;
  made.next = first;
  while (!bucket.compare_exchange_weak(made.next, &made, std::memory_order::acq_rel,
                                       std::memory_order::acquire)) {
    // Others added records; one may be this lock's. Ours is then never seen.
    for (LockRecord* record = made.next; record != first; record = record->next)
      if (record->lock == lock) return *record;
  }
  return made;
}

}  // namespace spinlab::verifier
