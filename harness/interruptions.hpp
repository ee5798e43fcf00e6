// Whether a thread was switched out while it measured.
#pragma once

#include <sys/resource.h>

namespace spinlab {

// How often the calling thread lost its processor against its will so far. Thread-safe.
inline long involuntary_switches() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nivcsw;
}

}  // namespace spinlab
