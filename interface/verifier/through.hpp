// The one shape of all verified functions: judge, do it unchecked, tell.
#pragma once

#include <utility>

#include "interface/function_table.hpp"
#include "interface/verifier/checks.hpp"

namespace spinlab::verifier {

// What begin() was given.
const FunctionTable& unchecked();
// From now on DPCs end as they began.
void watch_dpcs();
// Whether words show what they show under Windows' verifier.
bool shows_native_words();

// `acquire` returns the old IRQL, or nothing.
template <class Acquire>
auto acquire_through(Acquiring acquiring, Acquire acquire) -> decltype(acquire()) {
  if (!acquiring.is_allowed()) return decltype(acquire())(current_irql<Host>());
  if constexpr (std::is_void_v<decltype(acquire())>) {
    acquire();
    acquiring.acquired();
  } else {
    const KIRQL old_irql = acquire();
    acquiring.acquired();
    return old_irql;
  }
}

// `acquire` returns whether the lock was free.
template <class Acquire>
bool try_through(Acquiring acquiring, Acquire acquire) {
  const bool is_taken = acquiring.is_allowed() && acquire();
  if (is_taken) acquiring.acquired();
  return is_taken;
}

template <class Release>
void release_through(Releasing releasing, Release release) {
  if (!releasing.is_allowed()) return;
  release();
  releasing.released();
}

}  // namespace spinlab::verifier
