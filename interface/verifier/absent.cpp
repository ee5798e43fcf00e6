// The functions of spinlab_verifier.h in a library without a verifier.
#include "interface/spinlab_verifier.h"

BOOLEAN SpinlabIsVerifying(VOID) { return FALSE; }

VOID SpinlabSetStopHandler(SPINLAB_STOP_HANDLER*, PVOID) {}

BOOLEAN SpinlabEnableRule(const char*, BOOLEAN) { return FALSE; }

VOID SpinlabSetHoldLimit(ULONG) {}

VOID SpinlabNameLock(const volatile void*, const char*) {}

VOID SpinlabForgetLock(const volatile void*) {}

SPINLAB_ROUTINE SpinlabEnterRoutine(const char* Name) { return {Name, 0, PASSIVE_LEVEL}; }

VOID SpinlabLeaveRoutine(const SPINLAB_ROUTINE*) {}
