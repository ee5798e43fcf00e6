// Parking on a 32-bit word, by Linux's futex.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace spinlab {

// Sleeps while *word == value; returns on a wake, a changed value, a signal, or for no reason.
inline void futex_wait(const void* word, std::uint32_t value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

// Wakes at most `count` threads that sleep on the word.
inline void futex_wake(const void* word, std::uint32_t count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

}  // namespace spinlab
