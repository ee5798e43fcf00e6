#include "harness/last_resort.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <exception>
#include <new>

#include "harness/exit_status.hpp"
#include "harness/say.hpp"

namespace spinlab {
namespace {

[[noreturn]] void end_in_one_line() noexcept {
  // Others that fail meanwhile wait for the end.
  static std::atomic_flag is_ending = ATOMIC_FLAG_INIT;
  if (is_ending.test_and_set()) {
    for (;;) pause();
  }
  if (std::current_exception() != nullptr) {
    say(current_exception_text());
  } else {
    say("ended without a reason; this is a fault of spinlab");
  }
  _exit(kExitBadInput);
}

// Opened the wrong way round: reading from it, or writing to it, fails as it did.
void keep_number_taken(int number, int way) {
  if (fcntl(number, F_GETFD) != -1 || errno != EBADF) return;
  if (open("/dev/null", way) == number) return;
  say("stdin, stdout or stderr is closed, and /dev/null cannot stand in; allow more open files "
      "(ulimit -n)");
  _exit(kExitBadInput);
}

}  // namespace

std::string current_exception_text() noexcept try {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return "out of memory; allow more (ulimit -v), or ask for less";
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an unknown error; this is a fault of spinlab";
  }
} catch (...) {
  return {};
}

void prepare_last_resort() {
  std::set_terminate(end_in_one_line);
  std::signal(SIGXFSZ, SIG_IGN);
  keep_number_taken(STDIN_FILENO, O_WRONLY);
  keep_number_taken(STDOUT_FILENO, O_RDONLY);
  keep_number_taken(STDERR_FILENO, O_RDONLY);
}

}  // namespace spinlab
