// LockRecord: what the verifier knows of one lock, found by the lock's address.
//
// Records are made at a lock's first use and never destroyed; storage that is used again gets its
// record again, as that of another lock. Handles of queued locks and states of reader-writer locks
// have records, too.
//
// Invariants
//   I1  owner is the serial number of the thread that holds the lock alone, or 0. Only that thread
//       sets it back, before it releases the lock itself, or whoever ends the lock's life. So the
//       thread's own number there is no hint but a fact.
//   I2  What is not atomic belongs to the holder, or to the one thread that initialises the lock.
// Thread safety: find() by any thread, in signal handlers, too.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "interface/verifier/doors.hpp"

namespace spinlab::verifier {

struct OrderNode;
struct Hold;

// A call of the interface: what was called, and where it returns to.
struct Call {
  const char* function = nullptr;
  const void* address = nullptr;
};

// The same, for whoever may look at it while it changes: what they see is a hint.
class SharedCall {
 public:
  // relaxed, all: hints for reports.
  void set(const Call& call) {
    function_.store(call.function, std::memory_order::relaxed);
    address_.store(call.address, std::memory_order::relaxed);
  }
  Call get() const {
    return {function_.load(std::memory_order::relaxed), address_.load(std::memory_order::relaxed)};
  }

 private:
  std::atomic<const char*> function_{nullptr};
  std::atomic<const void*> address_{nullptr};
};

enum class LockState : std::uint8_t {
  kUnknown,      // Never seen; its word says whether it may be used.
  kInitialized,  // By KeInitializeSpinLock or its like, or by a first use while it was zero.
  kFreed,        // By NdisFreeSpinLock or its like.
};

struct LockRecord {
  // Written before others can find the record.
  const volatile void* lock = nullptr;
  LockRecord* next = nullptr;  // In its bucket.

  std::atomic<std::uint64_t> owner{0};
  std::atomic<std::uint32_t> readers{0};
  Hold* hold = nullptr;  // The owner's (I2); a handle's, while it is in use.
  SharedCall acquired;   // By the owner, or by the last reader.
  std::atomic<LockState> state{LockState::kUnknown};
  std::atomic<Use> use{Use::kNone};
  std::atomic<std::uint32_t> lives{0};     // How many locks had this storage.
  std::atomic<OrderNode*> order{nullptr};  // Of LockOrder, under its mutex.
  std::atomic<std::uint32_t> order_id{0};
  std::atomic<const char*> name{nullptr};

  // For the summary. relaxed throughout: sums that are read at the end.
  std::atomic<std::uint64_t> acquisitions{0};
  std::atomic<std::uint64_t> passes{
      0};  // By ExInterlocked..., which do not hold it for others to see.
  std::atomic<std::uint64_t> contended{0};
  std::atomic<std::uint64_t> longest_ticks{0};
  SharedCall longest;

  void count(bool is_shared, bool is_contended) {
    add(acquisitions, is_shared);
    if (is_contended) add(contended, is_shared);
  }

 private:
  // Under the lock a sum needs no locked instruction.
  static void add(std::atomic<std::uint64_t>& sum, bool is_shared) {
    if (is_shared) {
      sum.fetch_add(1, std::memory_order::relaxed);
    } else {
      sum.store(sum.load(std::memory_order::relaxed) + 1, std::memory_order::relaxed);
    }
  }
};

class LockRecords {
 public:
  // The lock's record, made if there is none.
  static LockRecord& find(const volatile void* lock);

  // Calls visit(record) for all records there are.
  template <class Visit>
  static void for_each(Visit visit) {
    for (const std::atomic<LockRecord*>& bucket : buckets()) {
      // acquire, pairs with find().
      for (LockRecord* record = bucket.load(std::memory_order::acquire); record != nullptr;
           record = record->next)
        visit(*record);
    }
  }

 private:
  static constexpr std::size_t kBuckets = 1 << 16;
  static std::span<std::atomic<LockRecord*>, kBuckets> buckets();
};

}  // namespace spinlab::verifier
