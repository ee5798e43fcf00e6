// ChildProcess: this program again, as a fresh process that reports its progress by lines.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "harness/descriptor.hpp"

namespace spinlab {

class ChildProcess {
 public:
  static constexpr int kProgressDescriptor = 3;  // Where the child writes its lines.
  // The same in the child; -1 where nobody made a pipe of it: a file of ours may have that number.
  static int progress_descriptor();

  // Starts /proc/self/exe with the arguments (without its own name). Throws std::system_error.
  explicit ChildProcess(const std::vector<std::string>& arguments);
  ~ChildProcess();  // Kills it if it still runs, and waits for its end.
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  enum class Event { kLine, kEnd, kSilence, kInterrupted };
  struct Report {
    Event event;
    std::string line;  // With kLine.
  };
  // Waits for the child's next line, its end, a signal that request_stop() knows, or `patience`
  // without any of them.
  Report next(std::chrono::milliseconds patience);

  void kill();

  // After kEnd or kill(): "" if it exited with 0, else what happened, e.g. "signal 11".
  std::string failure();
  // Its exit status, if it exited by itself.
  std::optional<int> exit_status() const;

 private:
  std::optional<std::string> take_line();

  pid_t pid_ = -1;
  Descriptor progress_;
  std::string unread_;
  std::optional<int> status_;  // As waitpid() gave it.
};

// From here on SIGINT and SIGTERM set a flag instead of ending the program; the flag. Children
// started by ChildProcess are not affected by it.
void stop_on_signals();
bool stop_requested();

}  // namespace spinlab
