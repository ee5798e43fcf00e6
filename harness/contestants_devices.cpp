// The locks of locks.def behind a device, through the interfaces that have interrupts.
#include "algorithms/all_locks.hpp"
#include "harness/contestants.hpp"
#include "harness/device_door.hpp"
#include "harness/interface_access.hpp"

namespace spinlab {
namespace {

template <template <class> class LockOver>
std::vector<spinlab_door> device_doors() {
  return {make_device_door<KeAccess<LockOver>>("ke"),
          make_device_door<NdisAccess<LockOver>>("ndis"),
          make_device_door<InStackAccess<LockOver>>("instack")};
}

}  // namespace

std::vector<spinlab_door> lock_device_doors(std::string_view lock) {
#define SPINLAB_LOCK(stem, Type) \
  if (lock == #stem) return device_doors<Type>();
#include "algorithms/locks.def"
#undef SPINLAB_LOCK
  return {};
}

}  // namespace spinlab
