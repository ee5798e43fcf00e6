/* A library to preload: lets one call of a kind fail, in a program and in all that it starts.
 *
 * SPINLAB_FAULT=<kind>:<n>:<error>:<counter> fails the n-th call, counted from 1 over all processes
 * of the run, with that errno; "short" instead of a number: a write takes half of its bytes. The
 * file <counter> of eight bytes counts the calls, for whoever started the run. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static char kind[32];
static unsigned long wanted;
static int error_number; /* 0: short. */
static _Atomic unsigned long* calls;

/* By system calls: what is called through the library's own functions would be counted. */
__attribute__((constructor)) static void begin(void) {
  const char* const setting = getenv("SPINLAB_FAULT");
  char error[16];
  char counter[256];
  if (setting == NULL ||
      sscanf(setting, "%31[^:]:%lu:%15[^:]:%255s", kind, &wanted, error, counter) != 4) {
    return;
  }
  error_number = strcmp(error, "short") == 0 ? 0 : atoi(error);
  const int file = (int)syscall(SYS_openat, AT_FDCWD, counter, O_RDWR | O_CLOEXEC);
  void* const page =
      (void*)syscall(SYS_mmap, NULL, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0L);
  syscall(SYS_close, file);
  if (file >= 0 && page != MAP_FAILED) calls = page;
}

/* Whether this is the call. */
static int is_it(const char* of_kind) {
  if (calls == NULL || strcmp(kind, of_kind) != 0) return 0;
  return atomic_fetch_add(calls, 1) + 1 == wanted;
}

static int fails(const char* of_kind) {
  if (!is_it(of_kind)) return 0;
  errno = error_number;
  return 1;
}

/* The next definition of the function into `result`, a pointer to one; or the program ends. */
static void find_next(const char* name, void* result) {
  void* const function = dlsym(RTLD_NEXT, name);
  if (function == NULL) _exit(99);
  memcpy(result, &function, sizeof function); /* ISO C has no cast from object to function. */
}

/* FAILING(kind, result on failure, type, name, (parameters), (arguments)). */
#define FAILING(of_kind, failed, type, name, parameters, arguments) \
  type name parameters {                                            \
    type(*next) parameters;                                         \
    if (fails(of_kind)) return failed;                              \
    find_next(#name, &next);                                        \
    return next arguments;                                          \
  }

/* A write takes half of its bytes where it is to be short. */
#define WRITING(name, parameters, arguments) \
  ssize_t name parameters {                  \
    ssize_t(*next) parameters;               \
    if (is_it("write")) {                    \
      errno = error_number;                  \
      if (error_number != 0) return -1;      \
      bytes -= bytes / 2;                    \
    }                                        \
    find_next(#name, &next);                 \
    return next arguments;                   \
  }

WRITING(write, (int file, const void* text, size_t bytes), (file, text, bytes))
WRITING(pwrite, (int file, const void* text, size_t bytes, off_t at), (file, text, bytes, at))
WRITING(pwrite64, (int file, const void* text, size_t bytes, off64_t at), (file, text, bytes, at))

FAILING("fsync", -1, int, fsync, (int file), (file))
FAILING("fsync", -1, int, fdatasync, (int file), (file))
FAILING("rename", -1, int, rename, (const char* from, const char* to), (from, to))
FAILING("rename", -1, int, link, (const char* from, const char* to), (from, to))
FAILING("rename", -1, int, renameat2,
        (int folder, const char* from, int to_folder, const char* to, unsigned flags),
        (folder, from, to_folder, to, flags))
FAILING("unlink", -1, int, unlink, (const char* path), (path))
FAILING("unlink", -1, int, unlinkat, (int folder, const char* path, int flags),
        (folder, path, flags))
FAILING("unlink", -1, int, rmdir, (const char* path), (path))
FAILING("mmap", MAP_FAILED, void*, mmap,
        (void* at, size_t bytes, int access, int flags, int file, off_t offset),
        (at, bytes, access, flags, file, offset))
FAILING("mmap", MAP_FAILED, void*, mmap64,
        (void* at, size_t bytes, int access, int flags, int file, off64_t offset),
        (at, bytes, access, flags, file, offset))
FAILING("fork", -1, pid_t, fork, (void), ())
FAILING("fork", error_number, int, posix_spawn,
        (pid_t * child, const char* path, const posix_spawn_file_actions_t* actions,
         const posix_spawnattr_t* attributes, char* const* arguments, char* const* environment),
        (child, path, actions, attributes, arguments, environment))
FAILING("pipe", -1, int, pipe2, (int ends[2], int flags), (ends, flags))
FAILING("thread", error_number, int, pthread_create,
        (pthread_t * thread, const pthread_attr_t* attributes, void* (*body)(void*),
         void* argument),
        (thread, attributes, body, argument))
FAILING("affinity", -1, int, sched_setaffinity, (pid_t process, size_t bytes, const cpu_set_t* set),
        (process, bytes, set))
FAILING("affinity", error_number, int, pthread_setaffinity_np,
        (pthread_t thread, size_t bytes, const cpu_set_t* set), (thread, bytes, set))
