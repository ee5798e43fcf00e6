// A violation as text, for someone who did not write the lock.
#pragma once

#include <string>

#include "machines/checked/diagnosis.hpp"

namespace spinlab::checked {

// One order of the events with a column a thread; what each read saw and whether there was something
// newer; each cell's modification order; what is missing; who waits for what; the repairs.
// `threads` are those that followed it, and follow it once more: what they made has names. Lines of
// at most some 44 columns a thread.
std::string report(const Violation& violation, Threads& threads, const Diagnosis& diagnosis);

}  // namespace spinlab::checked
