// Counts what a thread allocates, in a program of its own: replaces the C library's functions.
#pragma once

#include <atomic>
#include <cstddef>

namespace spinlab {

// Whether this thread's allocations are counted now, and how many there were.
inline thread_local constinit volatile bool counts_allocations = false;
inline std::atomic<int> allocations = 0;

inline void count_allocation() {
  if (counts_allocations) ++allocations;
}

}  // namespace spinlab

// The C library's own, under their second names; operator new calls the first of them.
extern "C" {
void* __libc_malloc(size_t bytes);
void* __libc_calloc(size_t count, size_t bytes);
void* __libc_realloc(void* old, size_t bytes);
void* __libc_memalign(size_t alignment, size_t bytes);

void* malloc(size_t bytes) { return spinlab::count_allocation(), __libc_malloc(bytes); }
void* calloc(size_t members, size_t bytes) {
  return spinlab::count_allocation(), __libc_calloc(members, bytes);
}
void* realloc(void* old, size_t bytes) {
  return spinlab::count_allocation(), __libc_realloc(old, bytes);
}
void* aligned_alloc(size_t alignment, size_t bytes) {
  return spinlab::count_allocation(), __libc_memalign(alignment, bytes);
}
}
