// CohortMcsLock: the cohort lock whose threads wait on a node in an MCS queue.
//
// Source     as CohortLock; C-TKT-MCS there.
// Fairness   that of CohortLock.
// Space      that of CohortLock, and one waiting node (one line) per thread that holds or waits.
// Traffic    as CohortLock, but a hand-over within the node is O(1) line transfers.
//
// Invariants  those of CohortLock and McsLock.
//
// A try takes the local lock while it has the global one, whose acquire orders it after all who held
// either. So T1 of McsLock could be relaxed on success but for its release; McsLock needs it.
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
