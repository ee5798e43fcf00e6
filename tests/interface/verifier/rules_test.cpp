// The rules by their names: each is broken, kept, and switched off. They are broken in ways that do
// no harm when nobody checks them.
#include <functional>

#include "tests/interface/verifier/stops.hpp"

namespace spinlab::verifier {
namespace {

struct Locks {
  InitializedLock ke;
  NDIS_SPIN_LOCK ndis{};
  KLOCK_QUEUE_HANDLE handle{};
  KIRQL old = PASSIVE_LEVEL;
  Locks() { NdisAllocateSpinLock(&ndis); }
};

struct RuleCase {
  const char* name;
  void (*breaks)(Locks&);
  void (*keeps)(Locks&);
};

void at_dispatch(const std::function<void()>& body) {
  KIRQL old;
  KeRaiseIrql(DISPATCH_LEVEL, &old);
  body();
  KeLowerIrql(old);
}

const RuleCase kCases[] = {
    {"SpinLock",
     [](Locks& locks) {
       KeAcquireSpinLock(locks.ke, &locks.old);
       KeReleaseSpinLock(locks.ke, locks.old);
       KeReleaseSpinLock(locks.ke, locks.old);
     },
     [](Locks& locks) {
       for (int i = 0; i < 2; ++i) {
         KeAcquireSpinLock(locks.ke, &locks.old);
         KeReleaseSpinLock(locks.ke, locks.old);
       }
     }},
    {"SpinLockBalanced",
     [](Locks& locks) {
       const SPINLAB_ROUTINE routine = SpinlabEnterRoutine("MiniportSend");
       NdisAcquireSpinLock(&locks.ndis);
       SpinlabLeaveRoutine(&routine);
       NdisReleaseSpinLock(&locks.ndis);
     },
     [](Locks& locks) {
       const SPINLAB_ROUTINE routine = SpinlabEnterRoutine("MiniportSend");
       NdisAcquireSpinLock(&locks.ndis);
       NdisReleaseSpinLock(&locks.ndis);
       SpinlabLeaveRoutine(&routine);
     }},
    {"SpinLockDpr",
     [](Locks& locks) {
       at_dispatch([&] {
         const SPINLAB_ROUTINE routine = SpinlabEnterRoutine("MiniportInterruptDpc");
         NdisDprAcquireSpinLock(&locks.ndis);
         SpinlabLeaveRoutine(&routine);
         NdisDprReleaseSpinLock(&locks.ndis);
       });
     },
     [](Locks& locks) {
       at_dispatch([&] {
         const SPINLAB_ROUTINE routine = SpinlabEnterRoutine("MiniportInterruptDpc");
         NdisDprAcquireSpinLock(&locks.ndis);
         NdisDprReleaseSpinLock(&locks.ndis);
         SpinlabLeaveRoutine(&routine);
       });
     }},
    {"SpinLockDprRelease",
     [](Locks& locks) { at_dispatch([&] { NdisDprReleaseSpinLock(&locks.ndis); }); },
     [](Locks& locks) {
       at_dispatch([&] {
         NdisDprAcquireSpinLock(&locks.ndis);
         NdisDprReleaseSpinLock(&locks.ndis);
       });
     }},
    {"SpinlockRelease", [](Locks& locks) { NdisReleaseSpinLock(&locks.ndis); },
     [](Locks& locks) {
       NdisAcquireSpinLock(&locks.ndis);
       NdisReleaseSpinLock(&locks.ndis);
     }},
    {"SpinLockSafe",
     [](Locks& locks) { at_dispatch([&] { KeReleaseSpinLockFromDpcLevel(locks.ke); }); },
     [](Locks& locks) {
       at_dispatch([&] {
         KeAcquireSpinLockAtDpcLevel(locks.ke);
         KeReleaseSpinLockFromDpcLevel(locks.ke);
       });
     }},
    {"Irql_Synch_Function",
     [](Locks& locks) {
       NdisDprAcquireSpinLock(&locks.ndis);  // At PASSIVE_LEVEL.
       at_dispatch([&] { NdisDprReleaseSpinLock(&locks.ndis); });
     },
     [](Locks& locks) {
       at_dispatch([&] {
         NdisDprAcquireSpinLock(&locks.ndis);
         NdisDprReleaseSpinLock(&locks.ndis);
       });
     }},
    {"IrqlDispatch",
     [](Locks& locks) {
       KeAcquireSpinLockAtDpcLevel(locks.ke);
       at_dispatch([&] { KeReleaseSpinLockFromDpcLevel(locks.ke); });
     },
     [](Locks& locks) {
       at_dispatch([&] {
         KeAcquireSpinLockAtDpcLevel(locks.ke);
         KeReleaseSpinLockFromDpcLevel(locks.ke);
       });
     }},
    {"QueuedSpinLock",
     [](Locks& locks) {
       KeAcquireSpinLock(locks.ke, &locks.old);
       KeReleaseSpinLock(locks.ke, locks.old);
       KeAcquireInStackQueuedSpinLock(locks.ke, &locks.handle);
       KeReleaseInStackQueuedSpinLock(&locks.handle);
     },
     [](Locks& locks) {
       for (int i = 0; i < 2; ++i) {
         KeAcquireInStackQueuedSpinLock(locks.ke, &locks.handle);
         KeReleaseInStackQueuedSpinLock(&locks.handle);
       }
     }},
    {"QueuedSpinLockRelease",
     [](Locks& locks) {
       KeAcquireInStackQueuedSpinLock(locks.ke, &locks.handle);
       KeReleaseInStackQueuedSpinLock(&locks.handle);
       KeReleaseInStackQueuedSpinLock(&locks.handle);
     },
     [](Locks& locks) {
       KeAcquireInStackQueuedSpinLock(locks.ke, &locks.handle);
       KeReleaseInStackQueuedSpinLock(&locks.handle);
     }},
    {"IrqlKeDispatchLte",
     [](Locks& locks) {
       KeRaiseIrql(CLOCK_LEVEL, &locks.old);
       const KIRQL clock = KeAcquireSpinLockRaiseToDpc(locks.ke);
       KeReleaseSpinLock(locks.ke, clock);
       KeLowerIrql(locks.old);
     },
     [](Locks& locks) {
       KeRaiseIrql(DISPATCH_LEVEL, &locks.old);
       const KIRQL dispatch = KeAcquireSpinLockRaiseToDpc(locks.ke);
       KeReleaseSpinLock(locks.ke, dispatch);
       KeLowerIrql(locks.old);
     }},
    {"IrqlKeReleaseSpinLock",
     [](Locks& locks) {
       KeAcquireSpinLock(locks.ke, &locks.old);
       KeReleaseSpinLock(locks.ke, APC_LEVEL);
     },
     [](Locks& locks) {
       KeAcquireSpinLock(locks.ke, &locks.old);
       KeReleaseSpinLock(locks.ke, locks.old);
     }},
    {"DeadlockDetection",
     [](Locks& locks) {
       KeAcquireSpinLock(locks.ke, &locks.old);
       KeInitializeSpinLock(locks.ke);
       KeLowerIrql(locks.old);
     },
     [](Locks& locks) { KeInitializeSpinLock(locks.ke); }},
    {"IrqlChange", [](Locks&) { KeLowerIrql(APC_LEVEL); }, [](Locks&) { at_dispatch([] {}); }},
    {"ReaderWriterLock",
     [](Locks& locks) {
       EX_SPIN_LOCK rw = 0;
       SpinlabForgetLock(&rw);
       locks.old = ExAcquireSpinLockExclusive(&rw);
       ExReleaseSpinLockShared(&rw, locks.old);
     },
     [](Locks& locks) {
       EX_SPIN_LOCK rw = 0;
       SpinlabForgetLock(&rw);
       locks.old = ExAcquireSpinLockExclusive(&rw);
       ExReleaseSpinLockExclusive(&rw, locks.old);
     }},
    {"IrqlAtEnd",
     [](Locks& locks) {
       const SPINLAB_ROUTINE routine = SpinlabEnterRoutine("Dpc");
       KeRaiseIrql(DISPATCH_LEVEL, &locks.old);
       SpinlabLeaveRoutine(&routine);
       KeLowerIrql(locks.old);
     },
     [](Locks&) {
       const SPINLAB_ROUTINE routine = SpinlabEnterRoutine("Dpc");
       at_dispatch([] {});
       SpinlabLeaveRoutine(&routine);
     }},
};

class NamedRule : public Stops, public testing::WithParamInterface<RuleCase> {};

std::string name_of(const testing::TestParamInfo<RuleCase>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Each, NamedRule, testing::ValuesIn(kCases), name_of);

TEST_P(NamedRule, StopsWhatBreaksIt) {
  Locks locks;
  GetParam().breaks(locks);
  const auto seen = take();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].rule, GetParam().name);
}

TEST_P(NamedRule, LetsPassWhatKeepsIt) {
  Locks locks;
  GetParam().keeps(locks);
  EXPECT_THAT(codes(), testing::IsEmpty());
}

TEST_P(NamedRule, IsSwitchedOffByItsName) {
  ASSERT_TRUE(SpinlabEnableRule(GetParam().name, FALSE));
  Locks locks;
  GetParam().breaks(locks);
  EXPECT_TRUE(SpinlabEnableRule(GetParam().name, TRUE));
  EXPECT_THAT(codes(), testing::IsEmpty());
}

using RuleNames = Stops;

TEST_F(RuleNames, ThatAreNotKnownAreRefused) {
  EXPECT_FALSE(SpinlabEnableRule("spinlock", FALSE));
  EXPECT_FALSE(SpinlabEnableRule("", FALSE));
}

}  // namespace
}  // namespace spinlab::verifier
