#include "harness/contestants.hpp"
#include "harness/make_door.hpp"

namespace spinlab {
namespace {

struct EmptyLoop {
  struct Lock {};
  struct Node {};
  static void acquire(Lock&, Node&) {}
  static void release(Lock&, Node&) {}
};

struct LockedRmw {
  struct Lock {
    std::uint32_t word = 0;
  };
  struct Node {};
  // acquire: the order that a lock would need, so that the compiler may reorder as little.
  static void acquire(Lock& lock, Node&) { __atomic_fetch_add(&lock.word, 1, __ATOMIC_ACQUIRE); }
  static void release(Lock&, Node&) {}
};

struct RmwStore {
  using Lock = LockedRmw::Lock;
  struct Node {};
  static void acquire(Lock& lock, Node&) { __atomic_exchange_n(&lock.word, 1, __ATOMIC_ACQUIRE); }
  static void release(Lock& lock, Node&) { __atomic_store_n(&lock.word, 0, __ATOMIC_RELEASE); }
};

// What a CLH lock needs: its element is marked, published, and marked again. The element is on a line
// of its own, as a queue's are.
struct RmwTwoStores {
  using Lock = LockedRmw::Lock;
  struct alignas(128) Node {
    std::uint32_t mark = 0;
  };
  static void acquire(Lock& lock, Node& node) {
    __atomic_store_n(&node.mark, 1, __ATOMIC_RELAXED);
    __atomic_exchange_n(&lock.word, 1, __ATOMIC_ACQ_REL);
  }
  static void release(Lock&, Node& node) { __atomic_store_n(&node.mark, 0, __ATOMIC_RELEASE); }
};

// What a queued spin lock needs: the word as a whole is compared and exchanged, and its lowest byte
// stored. It is always free.
struct CompareExchangeByteStore {
  using Lock = LockedRmw::Lock;
  struct Node {};
  static void acquire(Lock& lock, Node&) {
    std::uint32_t expected = 0;
    __atomic_compare_exchange_n(&lock.word, &expected, 1, false, __ATOMIC_ACQUIRE,
                                __ATOMIC_RELAXED);
  }
  static void release(Lock& lock, Node&) {
    auto* const lowest = reinterpret_cast<std::uint8_t*>(&lock.word);  // Little-endian.
    __atomic_store_n(lowest, 0, __ATOMIC_RELEASE);
  }
};

template <class Access>
Entrant floor(const char* name, const char* title) {
  return {.contestant = {.name = name,
                         .title = title,
                         .family = "floor",
                         .source = "spinlab",
                         .year = 2026,
                         .fairness = "none",
                         .node = "none",
                         .words = 0,
                         .kind = std::string(kKindFloor)},
          .doors = {make_door<Access>("direct")}};
}

}  // namespace

std::vector<Entrant> floor_entrants() {
  return {floor<EmptyLoop>("empty_loop", "empty loop"),
          floor<LockedRmw>("locked_rmw", "one locked read-modify-write"),
          floor<RmwStore>("rmw_store", "read-modify-write, then store"),
          floor<RmwTwoStores>("store_rmw_store", "store, read-modify-write, then store"),
          floor<CompareExchangeByteStore>("cmpxchg_byte",
                                          "compare-exchange of a word, then store of its byte")};
}

}  // namespace spinlab
