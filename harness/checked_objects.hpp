// The interface's other objects with the programs that the model checker runs on them: they are
// checked, broken and weakened under their names as the locks are.
#pragma once

#include <vector>

#include "harness/checked_locks.hpp"

namespace spinlab {

// word_rw (EX_SPIN_LOCK), thread_rw (NDIS_RW_LOCK_EX) and s_list (SLIST_HEADER).
std::vector<CheckedLock> checked_objects();

}  // namespace spinlab
