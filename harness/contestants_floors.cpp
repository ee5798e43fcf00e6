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
          floor<RmwStore>("rmw_store", "read-modify-write, then store")};
}

}  // namespace spinlab
