/* What a C11 translation unit sees of wdm.h and ndis.h, told to the tests. */
#ifndef SPINLAB_TESTS_INTERFACE_C_VIEW_H_
#define SPINLAB_TESTS_INTERFACE_C_VIEW_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct c_layout {
  size_t spin_lock_bytes;
  size_t queue_bytes;
  size_t queue_lock_offset;
  size_t handle_bytes;
  size_t handle_old_irql_offset;
  size_t ndis_bytes;
  size_t ndis_old_irql_offset;
  size_t irql_bytes;
  size_t boolean_bytes;
  size_t long_bytes;
};

struct c_layout describe_layout(void);

/* Call plain, in-stack and NDIS spin locks, and everything else, once, as a driver would; the tries
 * only if the backend has one. Null, or the text of the first expectation that failed. */
const char* c_calls(int can_try);
const char* c_family_calls(int can_try);

#ifdef __cplusplus
}
#endif

#endif /* SPINLAB_TESTS_INTERFACE_C_VIEW_H_ */
