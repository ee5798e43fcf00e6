/* Interrupt objects: a service routine, and the spin lock that it holds while it runs.
 *
 * Part of wdm.h; for C11 and C++20. Names and values are Windows' own, but for those that begin
 * with Spinlab. There is no hardware: a program fires an interrupt itself (spinlab_processors.h).
 * Thread safety: all functions, except that an object may not be disconnected while its lock is in
 * use or while another thread fires it. */
#ifndef SPINLAB_INTERFACE_SPINLAB_INTERRUPTS_H_
#define SPINLAB_INTERFACE_SPINLAB_INTERRUPTS_H_

#include "spinlab_types.h"

typedef struct _KINTERRUPT KINTERRUPT, *PKINTERRUPT;

/* TRUE if the interrupt was the device's. */
typedef BOOLEAN KSERVICE_ROUTINE(PKINTERRUPT Interrupt, PVOID ServiceContext);
typedef KSERVICE_ROUTINE* PKSERVICE_ROUTINE;
typedef BOOLEAN KSYNCHRONIZE_ROUTINE(PVOID SynchronizeContext);
typedef KSYNCHRONIZE_ROUTINE* PKSYNCHRONIZE_ROUTINE;

typedef enum _KINTERRUPT_MODE { LevelSensitive, Latched } KINTERRUPT_MODE;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Makes an interrupt object. Its service routine runs at SynchronizeIrql, holding SpinLock, or a
 * lock of its own if that is NULL. Vector, mode, sharing, mask and floating-point state mean
 * nothing here. STATUS_SUCCESS, or STATUS_INSUFFICIENT_RESOURCES without memory, or
 * STATUS_INVALID_PARAMETER unless DISPATCH_LEVEL < Irql <= SynchronizeIrql <= HIGH_LEVEL. */
NTSTATUS IoConnectInterrupt(PKINTERRUPT* InterruptObject, PKSERVICE_ROUTINE ServiceRoutine,
                            PVOID ServiceContext, PKSPIN_LOCK SpinLock, ULONG Vector, KIRQL Irql,
                            KIRQL SynchronizeIrql, KINTERRUPT_MODE InterruptMode,
                            BOOLEAN ShareVector, KAFFINITY ProcessorEnableMask,
                            BOOLEAN FloatingSave);
/* Forgets the interrupt if it was fired and has not run, waits until its service routine runs
 * nowhere, and gives the object back. At PASSIVE_LEVEL; a service routine that disconnects its own
 * object waits for itself, for ever. Nobody may fire it any more, and its lock must be free. */
VOID IoDisconnectInterrupt(PKINTERRUPT InterruptObject);

/* Sets the object's SynchronizeIrql, waits for its lock, and returns the former IRQL. */
KIRQL KeAcquireInterruptSpinLock(PKINTERRUPT Interrupt);
/* Releases the lock, then sets the IRQL to OldIrql. */
VOID KeReleaseInterruptSpinLock(PKINTERRUPT Interrupt, KIRQL OldIrql);
/* Calls the routine as the service routine would be, and returns its value. */
BOOLEAN KeSynchronizeExecution(PKINTERRUPT Interrupt, PKSYNCHRONIZE_ROUTINE SynchronizeRoutine,
                               PVOID SynchronizeContext);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* SPINLAB_INTERFACE_SPINLAB_INTERRUPTS_H_ */
