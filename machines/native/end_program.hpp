// What the native machine does where it cannot go on and no caller could be told.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace spinlab {

// Says why in one line on standard error, and ends the program. In signal handlers, too: it takes
// no lock of the library's.
[[noreturn, gnu::noinline, gnu::cold]] inline void end_program(std::string_view why) {
  // One that cannot be written changes nothing.
  for (const std::string_view part : {std::string_view("spinlab: "), why, std::string_view("\n")})
    if (write(STDERR_FILENO, part.data(), part.size()) < 0) break;
  std::abort();
}

}  // namespace spinlab
