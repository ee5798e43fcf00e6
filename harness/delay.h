/* A delay inside a timed loop: work that takes time, touches no memory, and cannot be optimised.
 *
 * Its unit is an iteration: one addition that depends on the one before, so one core cycle on every
 * processor there is, whatever the time-stamp counter's ticks are (harness/delay.hpp converts).
 * C11 and C++20, because the timed loop is one C text for all contestants.
 * Thread safety: all functions may be called from any thread. */
#ifndef SPINLAB_HARNESS_DELAY_H_
#define SPINLAB_HARNESS_DELAY_H_

#include <stdint.h>

/* The chain alone: returns the number of additions made, which is `iterations`.
 *
 * The step is a register and not the constant 1, because some processors fold constants into later
 * instructions while renaming, and a chain of those takes no time. Four additions a turn, so that
 * the counting and the jump stay in the shadow of the chain wherever the loop happens to lie. */
static inline uint64_t spinlab_delay_chain(uint64_t iterations) {
  uint64_t sum = 0;
  uint64_t step = 1;
  /* The empty statements make a value unknown to the compiler without costing an instruction. */
  __asm__ volatile("" : "+r"(step));
  for (; iterations >= 4; iterations -= 4) {
    sum += step;
    __asm__ volatile("" : "+r"(sum));
    sum += step;
    __asm__ volatile("" : "+r"(sum));
    sum += step;
    __asm__ volatile("" : "+r"(sum));
    sum += step;
    __asm__ volatile("" : "+r"(sum));
  }
  for (; iterations != 0; --iterations) {
    sum += step;
    __asm__ volatile("" : "+r"(sum));
  }
  return sum;
}

static inline void spinlab_delay(uint64_t iterations) {
  uint64_t sum = spinlab_delay_chain(iterations);
  __asm__ volatile("" : : "r"(sum));
}

#endif /* SPINLAB_HARNESS_DELAY_H_ */
