// The locks of locks.def, through their own door and through those of the C interface's core.
#include "algorithms/all_locks.hpp"
#include "harness/contestants.hpp"
#include "harness/interface_access.hpp"
#include "harness/make_door.hpp"

namespace spinlab {
namespace {

template <template <class> class LockOver>
struct DirectAccess {
  using Lock = LockOver<Native>;
  using Node = typename Lock::Node;
  // A lock with a plain door is that one here; its queue is what in-stack handles use.
  static void acquire(Lock& lock, Node& node) {
    if constexpr (PlainDoorLock<Lock>) {
      lock.acquire_plain();
    } else {
      lock.acquire(node);
    }
  }
  static void release(Lock& lock, Node& node) {
    if constexpr (PlainDoorLock<Lock>) {
      lock.release_plain();
    } else {
      lock.release(node);
    }
  }
};

const char* name_of(Fairness fairness) {
  switch (fairness) {
    case Fairness::kFifo:
      return "fifo";
    case Fairness::kBounded:
      return "bounded";
    case Fairness::kNone:
      return "none";
  }
  return "";
}

const char* name_of(NodeKind node) {
  switch (node) {
    case NodeKind::kNone:
      return "none";
    case NodeKind::kCaller:
      return "caller";
    case NodeKind::kThread:
      return "thread";
  }
  return "";
}

template <template <class> class LockOver>
Entrant entrant(const char* name) {
  constexpr const LockInfo& info = LockOver<Native>::info;
  return {.contestant = {.name = name,
                         .title = info.title,
                         .family = info.family,
                         .source = info.source,
                         .year = info.year,
                         .fairness = name_of(info.fairness),
                         .node = name_of(info.node),
                         .words = info.words,
                         .kind = std::string(kKindLock)},
          .doors = {make_door<DirectAccess<LockOver>>("direct"),
                    make_door<KeAccess<LockOver>>("ke"), make_door<NdisAccess<LockOver>>("ndis"),
                    make_door<InStackAccess<LockOver>>("instack")},
          .device_doors = lock_device_doors(name)};
}

}  // namespace

std::vector<Entrant> lock_entrants() {
  std::vector<Entrant> entrants;
#define SPINLAB_LOCK(stem, Type) entrants.push_back(entrant<Type>(#stem));
#include "algorithms/locks.def"
#undef SPINLAB_LOCK
  return entrants;
}

}  // namespace spinlab
