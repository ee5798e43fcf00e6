/* The timed loop: what every thread of a window runs, one text for all contestants.
 *
 * C11 and C++20: Concurrency Kit's headers compile as C only, and its locks must be inlined into
 * the same loop as ours. acquire, release and the section are constants at every call, so the
 * compiler resolves and inlines them; a loop calls nothing else between two time stamps.
 *
 * A window is a row of slices of equal length; the first warms up and is not counted. Time is
 * looked at once a batch of acquisitions, so that the clock does not weigh on the figures; a batch
 * lasts about spinlab_worker::batch_ticks. Times are in ticks of spinlab_ticks().
 * Thread safety: a worker belongs to one thread; the check's words are protected by the lock that
 * is being measured, which is what they check. */
#ifndef SPINLAB_HARNESS_TIMED_LOOP_H_
#define SPINLAB_HARNESS_TIMED_LOOP_H_

#include <stdint.h>

#include "harness/delay.h"
#include "harness/packet_queue.h"
#include "machines/native/processor.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  SPINLAB_MAX_SLICES = 65,         /* With the one that warms up. */
  SPINLAB_LATENCY_BUCKETS = 1024,  /* 16 to an octave: 6 % wide at most. */
  SPINLAB_PRIVATE_LINE_STRIDE = 16 /* In words: two lines, since they are fetched in pairs. */
};

/* Written inside the section only. volatile: each access really happens, once, in order. */
struct spinlab_check {
  volatile uint64_t owner;   /* Who was inside last: its worker's id. */
  volatile uint64_t entered; /* One more at the begin of a section, */
  volatile uint64_t left;    /* and here at its end: equal whenever nobody is inside. */
};

struct spinlab_slice {
  uint64_t acquisitions;
  uint64_t handovers; /* Acquisitions by another thread than the one before. */
  uint64_t rejected;  /* Not 0: this thread was interrupted. */
};

struct spinlab_worker {
  /* Given, the same for all slices. */
  void* lock;
  void* node;
  struct spinlab_check* check;
  uint64_t* private_words; /* private_lines of them, SPINLAB_PRIVATE_LINE_STRIDE apart. */
  uint64_t private_lines;  /* How many of its own lines the section writes. */
  struct spinlab_packet_queue* queue; /* Whose packets the section moves instead, or NULL. */
  uint64_t think_iterations; /* Mean delay between sections, of spinlab_delay(); 0: none. */
  uint64_t random_state;     /* Not 0. */
  uint64_t id;               /* Of the team's workers, from 1. */
  uint64_t start_tick;
  uint64_t slice_ticks;
  uint64_t slice_count; /* With the one that warms up. */
  uint64_t gap_ticks;   /* A batch longer than this, its timed wait aside: interrupted. */
  uint64_t batch_ticks;

  /* Measured. */
  struct spinlab_slice slices[SPINLAB_MAX_SLICES];
  uint64_t torn;         /* Sections in which another thread was inside. */
  uint64_t acquisitions; /* All, warming up included: the check's sum must be theirs. */
  /* Of workloads with interrupts; 0 in others. */
  uint64_t packets[SPINLAB_MAX_SLICES]; /* That the reader got, by slice. */
  uint64_t packets_sent;                /* All, warming up included. */
  uint64_t packets_dropped;
  uint64_t dpcs;              /* That had packets. */
  uint64_t longest_run;       /* Acquisitions in a row, nobody else's between them. */
  uint64_t acquire_max_ticks; /* Over all slices, also the rejected. */
  uint32_t latency[SPINLAB_LATENCY_BUCKETS];       /* Over this thread's kept slices. */
  uint32_t slice_latency[SPINLAB_LATENCY_BUCKETS]; /* Of the slice at hand. */

  /* Where the loop stands. */
  uint64_t slice;
  uint64_t slice_end_tick;
  uint64_t batch_end_tick;
  uint64_t involuntary_switches;
};

typedef void spinlab_lock_operation(void* lock, void* node);

/* Waits for start_tick. */
void spinlab_begin_window(struct spinlab_worker* worker);

/* Books a batch whose first acquisition took from `begin` to `acquired`, and which ended at `end`.
 * Returns the size of the next one; 0 at the end of the window. */
uint32_t spinlab_end_batch(struct spinlab_worker* worker, uint32_t batch, uint64_t handovers,
                           uint64_t begin, uint64_t acquired, uint64_t end);

/* The index in `latency` of a time; the middle of the times that share an index. */
uint32_t spinlab_latency_bucket(uint64_t ticks);
double spinlab_latency_bucket_ticks(uint32_t bucket);

/* What the loop keeps in registers. */
struct spinlab_tally {
  uint64_t handovers;
  uint64_t run;
  uint64_t longest_run;
  uint64_t torn;
  uint64_t packets; /* Moved. */
};

typedef void spinlab_critical_section(const struct spinlab_worker* worker,
                                      struct spinlab_tally* tally);

#define SPINLAB_INLINE static inline __attribute__((always_inline))

/* Begins every critical section: the check on entering. Returns what its other half needs. */
SPINLAB_INLINE uint64_t spinlab_enter(const struct spinlab_worker* worker,
                                      struct spinlab_tally* tally) {
  struct spinlab_check* const check = worker->check;
  const uint64_t visits = check->entered;
  tally->torn += check->left != visits; /* Somebody has not left yet. */
  check->entered = visits + 1;

  const uint64_t is_handover = check->owner != worker->id;
  check->owner = worker->id;
  tally->handovers += is_handover;
  tally->run = is_handover ? 1 : tally->run + 1;
  if (tally->run > tally->longest_run) tally->longest_run = tally->run;
  return visits;
}

/* Ends it: the check on leaving. */
SPINLAB_INLINE void spinlab_leave(const struct spinlab_worker* worker, struct spinlab_tally* tally,
                                  uint64_t visits) {
  struct spinlab_check* const check = worker->check;
  const uint64_t left = check->left;
  tally->torn += (left != visits) | (check->entered != visits + 1); /* Somebody came, or left. */
  check->left = left + 1;
}

/* A critical section that writes lines of the thread's own, where the workload has them. */
SPINLAB_INLINE void spinlab_write_lines(const struct spinlab_worker* worker,
                                        struct spinlab_tally* tally) {
  const uint64_t visits = spinlab_enter(worker, tally);
  for (uint64_t line = 0; line < worker->private_lines; ++line) {
    volatile uint64_t* const word = worker->private_words + line * SPINLAB_PRIVATE_LINE_STRIDE;
    *word = *word + 1;
  }
  spinlab_leave(worker, tally, visits);
}

/* One that moves a packet: to the queue's tail and from its head in turn, as a driver sends one
 * and completes one. All waiting, or all free: the other. */
SPINLAB_INLINE void spinlab_move_packet(const struct spinlab_worker* worker,
                                        struct spinlab_tally* tally) {
  const uint64_t visits = spinlab_enter(worker, tally);
  uint64_t number = tally->packets++;
  if ((number & 1) != 0 || !spinlab_enqueue(worker->queue, number)) {
    if (!spinlab_dequeue(worker->queue, &number)) spinlab_enqueue(worker->queue, number);
  }
  spinlab_leave(worker, tally, visits);
}

/* Think time: uniform within half of the mean either side, so that threads don't lock in step.
 * Marsaglia's xorshift64. */
SPINLAB_INLINE void spinlab_think(uint64_t mean_iterations, uint64_t* random_state) {
  if (mean_iterations == 0) return;
  uint64_t bits = *random_state;
  bits ^= bits << 13;
  bits ^= bits >> 7;
  bits ^= bits << 17;
  *random_state = bits;
  spinlab_delay(mean_iterations / 2 + ((mean_iterations * (bits >> 40)) >> 24));
}

SPINLAB_INLINE void spinlab_visit_lock(struct spinlab_worker* worker,
                                       spinlab_lock_operation* acquire,
                                       spinlab_lock_operation* release,
                                       spinlab_critical_section* section) {
  void* const lock = worker->lock;
  void* const node = worker->node;
  const uint64_t think_iterations = worker->think_iterations;
  uint64_t random_state = worker->random_state;
  struct spinlab_tally tally = {0, 0, 0, 0, 0};
  uint32_t batch = 1;

  spinlab_begin_window(worker);
  while (batch != 0) {
    const uint64_t handovers_before = tally.handovers;
    const uint64_t begin = spinlab_ticks();
    acquire(lock, node);
    const uint64_t acquired = spinlab_ticks();
    section(worker, &tally);
    release(lock, node);
    spinlab_think(think_iterations, &random_state);
    for (uint32_t done = 1; done < batch; ++done) {
      acquire(lock, node);
      section(worker, &tally);
      release(lock, node);
      spinlab_think(think_iterations, &random_state);
    }
    batch = spinlab_end_batch(worker, batch, tally.handovers - handovers_before, begin, acquired,
                              spinlab_ticks());
  }
  worker->random_state = random_state;
  worker->torn += tally.torn;
  if (tally.longest_run > worker->longest_run) worker->longest_run = tally.longest_run;
}

/* What the section does is decided once a window, so that no workload pays for another's. */
SPINLAB_INLINE void spinlab_timed_loop(struct spinlab_worker* worker,
                                       spinlab_lock_operation* acquire,
                                       spinlab_lock_operation* release) {
  if (worker->queue == NULL) {
    spinlab_visit_lock(worker, acquire, release, spinlab_write_lines);
  } else {
    spinlab_visit_lock(worker, acquire, release, spinlab_move_packet);
  }
}

#ifdef __cplusplus
}
#endif

#endif /* SPINLAB_HARNESS_TIMED_LOOP_H_ */
