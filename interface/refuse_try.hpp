// What a function that tries does over a lock that cannot.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace spinlab {

// Ends the program: some locks (classic CLH, for one) have no way to try without waiting.
[[noreturn, gnu::cold]] inline void refuse_try(const char* function, const char* title) {
  std::fprintf(stderr,
               "spinlab: %s: the lock '%s' has no try without waiting; choose another backend\n",
               function, title);
  std::abort();
}

}  // namespace spinlab
