/* The part of the timed loop that runs between batches. */
#define _GNU_SOURCE /* RUSAGE_THREAD */
#include "harness/timed_loop.h"

#include <string.h>
#include <sys/resource.h>

enum { MOST_PER_BATCH = 256 };

static uint64_t involuntary_switches(void) {
  struct rusage usage;
  getrusage(RUSAGE_THREAD, &usage);
  return (uint64_t)usage.ru_nivcsw;
}

void spinlab_begin_window(struct spinlab_worker* worker) {
  memset(worker->slices, 0, sizeof worker->slices);
  memset(worker->latency, 0, sizeof worker->latency);
  memset(worker->slice_latency, 0, sizeof worker->slice_latency);
  memset(worker->packets, 0, sizeof worker->packets);
  worker->packets_sent = 0;
  worker->packets_dropped = 0;
  worker->dpcs = 0;
  worker->torn = 0;
  worker->acquisitions = 0;
  worker->longest_run = 0;
  worker->acquire_max_ticks = 0;
  worker->slice = 0;
  worker->slice_end_tick = worker->start_tick + worker->slice_ticks;
  worker->batch_end_tick = worker->start_tick;
  worker->involuntary_switches = involuntary_switches();
  while (spinlab_ticks() < worker->start_tick) spinlab_pause();
}

uint32_t spinlab_latency_bucket(uint64_t ticks) {
  if (ticks < 16) return (uint32_t)ticks;
  const uint32_t octave = 63U - (uint32_t)__builtin_clzll(ticks);
  return (octave - 3) * 16 + (uint32_t)((ticks >> (octave - 4)) & 15);
}

double spinlab_latency_bucket_ticks(uint32_t bucket) {
  if (bucket < 16) return bucket;
  const uint32_t octave = bucket / 16 + 3;
  const double width = (double)(UINT64_C(1) << (octave - 4));
  return (16.0 + bucket % 16 + 0.5) * width;
}

/* Ends the slice at hand, and those that went by since. */
static void close_slices(struct spinlab_worker* worker, uint64_t now) {
  const uint64_t switches = involuntary_switches();
  struct spinlab_slice* const slice = &worker->slices[worker->slice];
  slice->rejected |= switches != worker->involuntary_switches;
  worker->involuntary_switches = switches;
  if (worker->slice > 0 && !slice->rejected) {
    for (int bucket = 0; bucket < SPINLAB_LATENCY_BUCKETS; ++bucket) {
      worker->latency[bucket] += worker->slice_latency[bucket];
    }
  }
  memset(worker->slice_latency, 0, sizeof worker->slice_latency);
  while (worker->slice < worker->slice_count && now >= worker->slice_end_tick) {
    ++worker->slice;
    worker->slice_end_tick += worker->slice_ticks;
  }
}

static void reject_until(struct spinlab_worker* worker, uint64_t now) {
  uint64_t begin_tick = worker->slice_end_tick - worker->slice_ticks;
  for (uint64_t slice = worker->slice; slice < worker->slice_count && begin_tick <= now; ++slice) {
    worker->slices[slice].rejected = 1;
    begin_tick += worker->slice_ticks;
  }
}

/* Twice as many when batches are short, half when they are long: the clock must not weigh on
 * short acquisitions, and a batch must stay short against a slice. */
static uint32_t next_batch(const struct spinlab_worker* worker, uint32_t batch, uint64_t ticks) {
  if (ticks < worker->batch_ticks / 2 && batch < MOST_PER_BATCH) return batch * 2;
  if (ticks > worker->batch_ticks && batch > 1) return batch / 2;
  return batch;
}

uint32_t spinlab_end_batch(struct spinlab_worker* worker, uint32_t batch, uint64_t handovers,
                           uint64_t begin, uint64_t acquired, uint64_t end) {
  /* Counters of different processors may differ by a few ticks: never negative. */
  const uint64_t waited = acquired > begin ? acquired - begin : 0;
  ++worker->slice_latency[spinlab_latency_bucket(waited)];
  if (waited > worker->acquire_max_ticks) worker->acquire_max_ticks = waited;
  worker->slices[worker->slice].acquisitions += batch;
  worker->slices[worker->slice].handovers += handovers;
  worker->acquisitions += batch;

  /* A long wait for the lock is the lock's doing: rejecting it would hide starvation. */
  if (end > worker->batch_end_tick + worker->gap_ticks + waited) reject_until(worker, end);
  worker->batch_end_tick = end;
  if (end >= worker->slice_end_tick) {
    close_slices(worker, end);
    if (worker->slice >= worker->slice_count) return 0;
  }
  return next_batch(worker, batch, end - begin);
}
