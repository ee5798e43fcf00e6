/* The verifier: what finds misuse of the functions of wdm.h, ntifs.h and ndis.h, and says so.
 *
 * It works in programs that link spinlab::ke_verified, and with SPINLAB_VERIFY=1 in those that link
 * spinlab::ke or spinlab::ke_shared; elsewhere these functions do nothing. None of this is
 * Windows'. docs/verifier.md has the rules and codes.
 *
 * For C11 and C++20. Thread safety: all functions, at any IRQL. */
#ifndef SPINLAB_INTERFACE_SPINLAB_VERIFIER_H_
#define SPINLAB_INTERFACE_SPINLAB_VERIFIER_H_

#include "spinlab_types.h"

/* One misuse. The pointers are valid while the handler runs. */
typedef struct _SPINLAB_STOP {
  ULONG Code;                 /* E.g. 0x0F or 0xC4. */
  ULONG_PTR Parameters[4];    /* For 0xC4, the first is the subcode, e.g. 0x1001. */
  const char* Name;           /* Of the code, e.g. SPIN_LOCK_ALREADY_OWNED. */
  const char* Rule;           /* By which the misuse is switched off. */
  const void* Lock;           /* NULL if there is none. */
  const char* LockName;       /* NULL if nobody named it. */
  const char* Function;       /* The function that was called, e.g. KeReleaseSpinLock. */
  const void* CallAddress;    /* Where it returns to. */
  const void* AcquireAddress; /* The same of the acquisition that it concerns, or NULL. */
  const char* Text;           /* The whole report, several lines. */
  BOOLEAN Stops;              /* FALSE: a report only, after which the program goes on. */
} SPINLAB_STOP;

/* Called on the thread of the misuse, at its IRQL, before the operation takes effect. When it
 * returns, the program goes on as the unchecked functions would, but for an operation that would
 * wait for ever or break a lock: that one is left out. It may leave by an exception or longjmp,
 * but not out of a DPC, a service routine, a marked routine or the end of a thread. */
typedef VOID SPINLAB_STOP_HANDLER(const SPINLAB_STOP* Stop, PVOID Context);

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* TRUE if this program runs under the verifier. */
BOOLEAN SpinlabIsVerifying(VOID);

/* The handler for all threads; NULL for the default, which ends the program (abort) if Stops. The
 * report is on stderr by then. */
VOID SpinlabSetStopHandler(SPINLAB_STOP_HANDLER* Handler, PVOID Context);

/* Switches a rule on or off, for all threads. FALSE if there is none of that name. All are on at
 * the start, but for those that SPINLAB_VERIFY_OFF names, with commas between them. */
BOOLEAN SpinlabEnableRule(const char* Rule, BOOLEAN IsOn);

/* How long a lock may be held before that is reported: 25 microseconds at the start, or as
 * SPINLAB_VERIFY_HOLD_US says. 0: as long as it likes. */
VOID SpinlabSetHoldLimit(ULONG Microseconds);

/* Names a lock (or a handle's lock) in reports: the first 47 bytes of Name, which are copied. */
VOID SpinlabNameLock(const volatile void* Lock, const char* Name);
#define SPINLAB_NAME_LOCK(Lock, Name) SpinlabNameLock((Lock), (Name))

/* To be called where storage that had locks is used for something else, or for other locks that no
 * function initialises. */
VOID SpinlabForgetLock(const volatile void* Lock);

/* What a routine found when it began. */
typedef struct _SPINLAB_ROUTINE {
  const char* Name;
  ULONG_PTR Locks;
  KIRQL Irql;
} SPINLAB_ROUTINE;

/* A marked routine returns with the locks and at the IRQL that it began with. DPCs, service
 * routines and what KeSynchronizeExecution calls are marked by themselves. */
SPINLAB_ROUTINE SpinlabEnterRoutine(const char* Name);
VOID SpinlabLeaveRoutine(const SPINLAB_ROUTINE* Routine);
/* The same, as a routine's first statement: checked wherever it returns. */
#define SPINLAB_MARK_ROUTINE()                                                          \
  __attribute__((cleanup(SpinlabLeaveRoutine))) const SPINLAB_ROUTINE spinlab_routine = \
      SpinlabEnterRoutine(__func__)

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* SPINLAB_INTERFACE_SPINLAB_VERIFIER_H_ */
