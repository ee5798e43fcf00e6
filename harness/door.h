/* A door: one contestant, used through one interface. C11 and C++20, as the timed loop.
 *
 * The team places `lock_bytes` for a lock and `node_bytes` for each thread, constructs, runs
 * loop(), and destroys. Thread safety: construct and destroy by one thread, while none runs. */
#ifndef SPINLAB_HARNESS_DOOR_H_
#define SPINLAB_HARNESS_DOOR_H_

#include <stddef.h>

#include "harness/timed_loop.h"

struct spinlab_door {
  const char* interface_name; /* direct, ke, ndis, instack */
  size_t lock_bytes;
  size_t node_bytes;
  void (*construct)(void* lock);
  void (*destroy)(void* lock);
  void (*construct_node)(void* node);
  void (*destroy_node)(void* node);
  void (*loop)(struct spinlab_worker* worker);
  /* Or NULL: called once for each worker, by the thread that constructs, when all is placed. */
  void (*attach)(struct spinlab_worker* worker);
  /* Or NULL: whether all that is behind the lock fits together; between two windows. */
  int (*is_intact)(const void* lock);
};

#endif /* SPINLAB_HARNESS_DOOR_H_ */
