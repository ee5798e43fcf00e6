// How long spinlab_delay() takes.
#pragma once

#include "harness/delay.h"

namespace spinlab {

// Iterations of spinlab_delay() in a nanosecond on the processor (OS index): its clock in GHz, or
// so. Measured at the first call for each processor, on a thread pinned there (unpinned where that
// is refused), in about 3 ms; call it before the timed threads start.
// Thread safety: from any thread; callers wait for each other.
double delay_iterations_per_ns(int processor);

}  // namespace spinlab
