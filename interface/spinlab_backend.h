/* Which lock stands behind wdm.h and ndis.h in this program. */
#ifndef SPINLAB_INTERFACE_SPINLAB_BACKEND_H_
#define SPINLAB_INTERFACE_SPINLAB_BACKEND_H_

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Its name in algorithms/locks.def, e.g. "mcs"; never null, valid for ever. Any thread. Where the
 * backend is chosen at start, this is a first call like any other: it makes the choice. */
const char* SpinlabBackendName(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* SPINLAB_INTERFACE_SPINLAB_BACKEND_H_ */
