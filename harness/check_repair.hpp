// Repairs that a report proposes, tried on everything that is run on the lock: one that passes only
// the program that failed is none.
#pragma once

#include "harness/check_run.hpp"

namespace spinlab {

// For the report of a violation of this task, which must outlive it. Thread-safe; a repair is tried
// once a process.
checked::TryElsewhere try_repairs_of(const CheckTask& task);

}  // namespace spinlab
