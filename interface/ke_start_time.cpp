// The C functions over a backend that the first call chooses.
//
// Each function jumps through a slot of its own. At start a slot holds a function that chooses the
// backend, fills all slots, and forwards. Slots are constant-initialised: a static constructor may
// lock. A call costs one load and one indirect jump more than a fixed backend.
// Thread safety: any thread may make the first call; others then wait for its choice.
#include <algorithm>
#include <array>
#include <atomic>

#include "algorithms/all_locks.hpp"
#include "interface/backend_choice.hpp"
#include "interface/core.hpp"
#include "interface/function_table.hpp"
#include "interface/settings.hpp"
#include "interface/spinlab_backend.h"
#include "interface/verifier/verifier.hpp"
#include "machines/native/native.hpp"

// See ke_link_time.cpp.
extern "C" const char spinlab_backend_at_start = 0;

namespace {

struct Backend {
  const char* stem;
  spinlab::FunctionTable functions;
};

template <template <class> class LockOver>
constexpr Backend backend(const char* stem) {
  using Functions = spinlab::Core<LockOver, spinlab::NativeChosen>;
  return {stem,
          {
#define SPINLAB_FUNCTION(result, name, member, parameters, arguments) \
  .name = [] parameters -> result { return Functions::member arguments; },
#include "interface/functions.def"
#undef SPINLAB_FUNCTION
          }};
}

constexpr std::array kBackends{
#define SPINLAB_LOCK(stem, Type) backend<spinlab::Type>(#stem),
#include "algorithms/locks.def"
#undef SPINLAB_LOCK
};

struct Slots {
  std::atomic<const char*> stem;
#define SPINLAB_FUNCTION(result, name, member, parameters, arguments) \
  std::atomic<result(*) parameters> name;
#include "interface/functions.def"
#undef SPINLAB_FUNCTION
};

void choose_once();
extern Slots slots;

// Loads are acquire, stores release: what a chosen function finds was written before its slot. Who
// sees the old value goes through choose_once(), which orders the same.
#define SPINLAB_FUNCTION(result, name, member, parameters, arguments) \
  result choose_then_##name parameters {                              \
    choose_once();                                                    \
    return slots.name.load(std::memory_order::acquire) arguments;     \
  }
#include "interface/functions.def"
#undef SPINLAB_FUNCTION

constinit Slots slots{
    .stem = nullptr,
#define SPINLAB_FUNCTION(result, name, member, parameters, arguments) .name = choose_then_##name,
#include "interface/functions.def"
#undef SPINLAB_FUNCTION
};

void use(const char* stem, const spinlab::FunctionTable& functions) {
  slots.stem.store(stem, std::memory_order::release);
#define SPINLAB_FUNCTION(result, name, member, parameters, arguments) \
  slots.name.store(functions.name, std::memory_order::release);
#include "interface/functions.def"
#undef SPINLAB_FUNCTION
}

bool choose() {
  spinlab::apply_waiting_setting();  // Maybe in a static constructor before the one below.
  std::array<std::string_view, kBackends.size()> known;
  std::ranges::transform(kBackends, known.begin(), &Backend::stem);
  const auto chosen = std::ranges::find(known, spinlab::choose_backend(known));
  const Backend& backend = kBackends[static_cast<std::size_t>(chosen - known.begin())];
  use(backend.stem, spinlab::wants_verifier()
                        ? spinlab::verifier::begin(backend.functions, backend.stem)
                        : backend.functions);
  return true;
}

void choose_once() { [[maybe_unused]] static const bool chosen = choose(); }

// For the functions that have no backend, which choose nothing.
[[maybe_unused]] const bool kWaitingIsSet = (spinlab::apply_waiting_setting(), true);

}  // namespace

const char* SpinlabBackendName() {
  choose_once();
  return slots.stem.load(std::memory_order::acquire);
}

#define SPINLAB_FUNCTION(result, name, member, parameters, arguments) \
  result name parameters { return slots.name.load(std::memory_order::acquire) arguments; }
#include "interface/functions.def"
#undef SPINLAB_FUNCTION
