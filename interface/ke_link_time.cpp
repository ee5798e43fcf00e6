// The C functions over one backend, fixed when this file is compiled: SPINLAB_BACKEND_STEM is a
// name of locks.def. Linked alone, since two backends define the same functions.
#include "algorithms/all_locks.hpp"
#include "interface/core.hpp"
#include "interface/fixed_backend.hpp"
#include "interface/settings.hpp"
#include "interface/spinlab_backend.h"
#include "machines/native/native.hpp"

#define SPINLAB_JOIN_TOKENS(left, right) left##right
#define SPINLAB_JOIN(left, right) SPINLAB_JOIN_TOKENS(left, right)
#define SPINLAB_QUOTE_TOKENS(tokens) #tokens
#define SPINLAB_QUOTE(tokens) SPINLAB_QUOTE_TOKENS(tokens)

namespace {

#define SPINLAB_LOCK(stem, Type) \
  template <class M>             \
  using lock_##stem = spinlab::Type<M>;
#include "algorithms/locks.def"
#undef SPINLAB_LOCK

using Backend = spinlab::Core<SPINLAB_JOIN(lock_, SPINLAB_BACKEND_STEM), spinlab::NativeChosen>;

// A lock that is taken in an earlier static constructor waits by pausing.
[[maybe_unused]] const bool kSettingsAreRead = [] {
  spinlab::apply_waiting_setting();
  spinlab::say_what_is_ignored(SPINLAB_QUOTE(SPINLAB_BACKEND_STEM));
  return true;
}();

}  // namespace

// The library's link option asks for this name, so that the linker takes this object from its
// archive although the program's calls are satisfied by another backend's, and sees the clash.
extern "C" const char SPINLAB_JOIN(spinlab_backend_, SPINLAB_BACKEND_STEM) = 0;

const char* SpinlabBackendName() { return SPINLAB_QUOTE(SPINLAB_BACKEND_STEM); }

#define SPINLAB_FUNCTION(result, name, member, parameters, arguments) \
  result name parameters { return Backend::member arguments; }
#include "interface/functions.def"
#undef SPINLAB_FUNCTION
