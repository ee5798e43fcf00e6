// CohortMcsLock: the cohort lock whose threads wait on a node in an MCS queue.
//
// Source     as CohortLock; C-TKT-MCS there.
// Fairness   that of CohortLock.
// Space      that of CohortLock, and one waiting node (one line) per thread that holds or waits.
// Traffic    as CohortLock, but a hand-over within the node is O(1) line transfers.
//
// Invariants  those of CohortLock and McsLock.
//
// A try has the global lock before it tries the local one, and so comes after all who held either:
// T1 of McsLock need not acquire here. McsLock keeps the orders that it needs as a lock of its own.
#pragma once

#include "algorithms/cohort_lock.hpp"
#include "algorithms/mcs_lock.hpp"

namespace spinlab {

template <Machine M>
struct CohortMcsLock : BasicCohortLock<M, GlobalTickets<M>, McsLock<M>> {
  static constexpr LockInfo info =
      titled(CohortMcsLock::BasicCohortLock::info, "cohort, MCS queue on a node (C-TKT-MCS)");
};

}  // namespace spinlab
