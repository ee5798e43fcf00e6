/* Threads that stand for processors: where DPCs and interrupts run. None of this is Windows'.
 *
 * What is queued for a processor runs on its thread, between any two instructions of it: DPCs while
 * its IRQL is below DISPATCH_LEVEL, interrupts while it is below theirs, on top of a DPC, too. It
 * runs in a handler of SIGURG, which this library takes for itself; system calls that are not
 * restarted return EINTR. What the IRQL keeps out runs when a function lowers it. So DPCs and
 * service routines may call only what a signal handler may, and the functions of wdm.h at their
 * level, releasing what they acquire; and a processor calls functions named AtDpcLevel,
 * FromDpcLevel or Dpr at DISPATCH_LEVEL or above only.
 *
 * For C11 and C++20. Thread safety: all functions. */
#ifndef SPINLAB_INTERFACE_SPINLAB_PROCESSORS_H_
#define SPINLAB_INTERFACE_SPINLAB_PROCESSORS_H_

#include "spinlab_interrupts.h"

#define SPINLAB_MAXIMUM_PROCESSORS 64

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Makes the calling thread the lowest processor that no thread is, until it leaves or ends, and
 * returns the number; a thread that is one already stays it. SPINLAB_MAXIMUM_PROCESSORS if all are
 * taken. What was queued for the processor before runs now. */
ULONG SpinlabBecomeProcessor(VOID);
/* Makes it an ordinary thread again: at once, or, called in a DPC or a service routine, when the
 * outermost of those has returned. What is queued waits for the next thread. */
VOID SpinlabLeaveProcessor(VOID);

/* Fires the interrupt on the processor of that number: its service routine runs there once the IRQL
 * is below the interrupt's; on the caller's own processor maybe before this returns. FALSE if it
 * was fired before and has not run yet, or if there is no such processor number. */
BOOLEAN SpinlabFireInterrupt(PKINTERRUPT Interrupt, ULONG Number);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* SPINLAB_INTERFACE_SPINLAB_PROCESSORS_H_ */
