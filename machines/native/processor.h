/* What the native machine asks of the processor: the only file that knows which one it is.
 *
 * C11 and C++20, because the bench's timed loop is one C text for all contestants.
 * Thread safety: all functions may be called from any thread. */
#ifndef SPINLAB_MACHINES_NATIVE_PROCESSOR_H_
#define SPINLAB_MACHINES_NATIVE_PROCESSOR_H_

#include <stdint.h>

/* Tells the processor that this thread is waiting. */
static inline void spinlab_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb" ::: "memory");
#else
#error "spinlab_pause: no relax instruction known for this processor"
#endif
}

/* The time-stamp counter, in ticks of constant length (harness/clock.hpp converts to ns). It is
 * not serialising: neighbouring instructions may overlap it by some tens of cycles. */
static inline uint64_t spinlab_ticks(void) {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  uint64_t ticks;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#else
#error "spinlab_ticks: no time-stamp counter known for this processor"
#endif
}

/* The same, after all instructions before it; slower by their latency. */
static inline uint64_t spinlab_ticks_in_order(void) {
#if defined(__x86_64__)
  __builtin_ia32_lfence();
  const uint64_t ticks = __builtin_ia32_rdtsc();
  __builtin_ia32_lfence();
  return ticks;
#elif defined(__aarch64__)
  uint64_t ticks;
  __asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(ticks) : : "memory");
  return ticks;
#else
#error "spinlab_ticks_in_order: no ordered time-stamp counter known for this processor"
#endif
}

/* Puts the line of the address out of all caches; done when the function returns. */
static inline void spinlab_flush_line(const void* address) {
#if defined(__x86_64__)
  __builtin_ia32_clflush(address);
  __builtin_ia32_mfence();
#elif defined(__aarch64__)
  __asm__ volatile("dc civac, %0\n\tdsb ish" : : "r"(address) : "memory");
#else
#error "spinlab_flush_line: no flush instruction known for this processor"
#endif
}

struct spinlab_wide {
  uint64_t halves[2];
};

/* Replaces the 16 aligned bytes at `at` by low and high if they are the expected ones, all at once;
 * nonzero if they were. Acquires and releases. */
static inline int spinlab_compare_exchange_wide(void* at, uint64_t expected_low,
                                                uint64_t expected_high, uint64_t low,
                                                uint64_t high) {
#if defined(__x86_64__)
  int equal;
  __asm__ volatile("lock cmpxchg16b %1"
                   : "=@ccz"(equal), "+m"(*(struct spinlab_wide*)at), "+a"(expected_low),
                     "+d"(expected_high)
                   : "b"(low), "c"(high)
                   : "memory");
  return equal;
#elif defined(__aarch64__)
  uint64_t seen_low, seen_high;
  uint32_t failed = 1;
  __asm__ volatile(
      "1: ldaxp %0, %1, [%3]\n\t"
      "cmp %0, %4\n\t"
      "ccmp %1, %5, #0, eq\n\t"
      "b.ne 2f\n\t"
      "stlxp %w2, %6, %7, [%3]\n\t"
      "cbnz %w2, 1b\n"
      "2:"
      : "=&r"(seen_low), "=&r"(seen_high), "+&r"(failed)
      : "r"(at), "r"(expected_low), "r"(expected_high), "r"(low), "r"(high)
      : "cc", "memory");
  return !failed;
#else
#error "spinlab_compare_exchange_wide: no exchange of 16 bytes known for this processor"
#endif
}

#endif /* SPINLAB_MACHINES_NATIVE_PROCESSOR_H_ */
