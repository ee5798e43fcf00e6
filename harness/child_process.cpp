#include "harness/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

extern char** environ;

namespace spinlab {
namespace {

volatile std::sig_atomic_t stop_flag = 0;

void set_stop_flag(int) { stop_flag = 1; }

// The child gets the pipe's end as its descriptor 3, default signals, and a group of its own: a
// Ctrl-C on the terminal reaches only us, who then end it.
pid_t spawn(const std::vector<std::string>& arguments, int write_end) {
  std::vector<char*> words;
  std::string name = "spinlab";
  words.push_back(name.data());
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.data()));
  words.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, write_end, ChildProcess::kProgressDescriptor);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGINT);
  sigaddset(&defaults, SIGTERM);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  pid_t pid = -1;
  const int error =
      posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), "cannot start /proc/self/exe again");
  }
  return pid;
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail("no pipe to a further process");
  progress_.reset(ends[0]);
  Descriptor write_end(ends[1]);
  // dup2 onto itself would keep O_CLOEXEC: move an end that happens to be descriptor 3 away.
  for (Descriptor* const end : {&progress_, &write_end}) {
    const int moved = fcntl(end->number(), F_DUPFD_CLOEXEC, kProgressDescriptor + 1);
    if (moved < 0) fail("no pipe to a further process");
    end->reset(moved);
  }
  pid_ = spawn(arguments, write_end.number());
}

ChildProcess::~ChildProcess() { kill(); }

int ChildProcess::progress_descriptor() {
  struct stat facts{};
  const bool is_pipe = fstat(kProgressDescriptor, &facts) == 0 && S_ISFIFO(facts.st_mode);
  return is_pipe ? kProgressDescriptor : -1;
}

std::optional<std::string> ChildProcess::take_line() {
  const auto end = unread_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  return line;
}

ChildProcess::Report ChildProcess::next(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (auto line = take_line()) return {Event::kLine, *line};
    if (stop_requested()) return {Event::kInterrupted, ""};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return {Event::kSilence, ""};
    pollfd waited{.fd = progress_.number(), .events = POLLIN, .revents = 0};
    // Short polls: a signal that comes just before the call must not wait for the deadline.
    if (poll(&waited, 1, static_cast<int>(std::min<long>(left.count(), 200))) <= 0) continue;
    char buffer[4096];
    const ssize_t bytes = read(progress_.number(), buffer, sizeof buffer);
    if (bytes > 0) unread_.append(buffer, static_cast<std::size_t>(bytes));
    if (bytes == 0) return {Event::kEnd, ""};
  }
}

void ChildProcess::kill() {
  if (!status_) ::kill(pid_, SIGKILL);
  failure();
}

std::string ChildProcess::failure() {
  if (!status_) {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    status_ = status;
  }
  if (WIFSIGNALED(*status_)) return fmt::format("signal {}", WTERMSIG(*status_));
  if (WEXITSTATUS(*status_) != 0) return fmt::format("exit status {}", WEXITSTATUS(*status_));
  return "";
}

std::optional<int> ChildProcess::exit_status() const {
  if (!status_ || !WIFEXITED(*status_)) return std::nullopt;
  return WEXITSTATUS(*status_);
}

void stop_on_signals() {
  struct sigaction action{};
  action.sa_handler = set_stop_flag;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool stop_requested() { return stop_flag != 0; }

}  // namespace spinlab
