/* Concurrency Kit's doors, for the list of contestants. */
#ifndef SPINLAB_HARNESS_CONTESTANTS_CK_H_
#define SPINLAB_HARNESS_CONTESTANTS_CK_H_

#include "harness/door.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct spinlab_door spinlab_ck_fas;
extern const struct spinlab_door spinlab_ck_ticket;
extern const struct spinlab_door spinlab_ck_mcs;
extern const struct spinlab_door spinlab_ck_clh;

#ifdef __cplusplus
}
#endif

#endif /* SPINLAB_HARNESS_CONTESTANTS_CK_H_ */
