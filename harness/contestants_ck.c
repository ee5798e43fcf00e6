/* Concurrency Kit's spin locks as peers. Its headers are C only; the loop is everybody's. */
#include "harness/contestants_ck.h"

#include <ck_spinlock.h>
#include <string.h>

static void nothing(void* object) { (void)object; }

/* The functions of one lock's door; the last three arguments are ck's calls for it. */
#define CK_DOOR(name, LockType, NodeType, init, lock_call, unlock_call) \
  static inline void name##_acquire(void* lock, void* node) {           \
    (void)node;                                                         \
    lock_call;                                                          \
  }                                                                     \
  static inline void name##_release(void* lock, void* node) {           \
    (void)lock;                                                         \
    (void)node;                                                         \
    unlock_call;                                                        \
  }                                                                     \
  static void name##_construct(void* lock) { init; }                    \
  static void name##_loop(struct spinlab_worker* worker) {              \
    spinlab_timed_loop(worker, name##_acquire, name##_release);         \
  }                                                                     \
  const struct spinlab_door spinlab_ck_##name = {"direct",              \
                                                 sizeof(LockType),      \
                                                 sizeof(NodeType),      \
                                                 name##_construct,      \
                                                 nothing,               \
                                                 name##_construct_node, \
                                                 nothing,               \
                                                 name##_loop,           \
                                                 NULL,                  \
                                                 NULL};

/* CLH: a node migrates to the thread that comes next, so a thread keeps a pointer to its own. */
struct clh_lock {
  ck_spinlock_clh_t* tail;
  ck_spinlock_clh_t unowned;
};
struct clh_node {
  ck_spinlock_clh_t* thread;
  ck_spinlock_clh_t first;
};
static void clh_construct_lock(struct clh_lock* lock) {
  ck_spinlock_clh_init(&lock->tail, &lock->unowned);
}
static void clh_construct_node(void* memory) {
  struct clh_node* const node = memory;
  memset(node, 0, sizeof *node);
  node->thread = &node->first;
}

static void fas_construct_node(void* node) { nothing(node); }
static void ticket_construct_node(void* node) { nothing(node); }
static void mcs_construct_node(void* node) { memset(node, 0, sizeof(ck_spinlock_mcs_context_t)); }

CK_DOOR(fas, ck_spinlock_fas_t, char, ck_spinlock_fas_init(lock), ck_spinlock_fas_lock(lock),
        ck_spinlock_fas_unlock(lock))
CK_DOOR(ticket, ck_spinlock_ticket_t, char, ck_spinlock_ticket_init(lock),
        ck_spinlock_ticket_lock(lock), ck_spinlock_ticket_unlock(lock))
CK_DOOR(mcs, ck_spinlock_mcs_t, ck_spinlock_mcs_context_t, ck_spinlock_mcs_init(lock),
        ck_spinlock_mcs_lock(lock, node), ck_spinlock_mcs_unlock(lock, node))
CK_DOOR(clh, struct clh_lock, struct clh_node, clh_construct_lock(lock),
        ck_spinlock_clh_lock(&((struct clh_lock*)lock)->tail, ((struct clh_node*)node)->thread),
        ck_spinlock_clh_unlock(&((struct clh_node*)node)->thread))
