// Probe: a program that is run in an environment of its own.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <ostream>
#include <string>

namespace spinlab {

struct Outcome {
  int status = -1;      // If it exited.
  int signal = 0;       // If one ended it.
  std::string printed;  // Both streams, as they came.
};

struct Probe {
  const char* program;
  const char* settings;  // "NAME=value NAME=value "; nothing else that spinlab reads is set.

  Outcome run(const std::string& arguments, const std::string& more_settings) const {
    // The shell would tell a signal as an exit: the program takes its place.
    const std::string command =
        "exec env -u SPINLAB_BACKEND -u SPINLAB_WAITING -u SPINLAB_PROFILE -u SPINLAB_VERIFY "
        "-u SPINLAB_VERIFY_OFF -u SPINLAB_VERIFY_SUMMARY -u SPINLAB_VERIFY_HOLD_US "
        "XDG_CONFIG_HOME=/nonexistent " +
        std::string(settings) + more_settings + ' ' + program + ' ' + arguments + " 2>&1";
    Outcome outcome;
    FILE* const pipe = popen(command.c_str(), "r");
    std::array<char, 512> buffer;
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr)
      outcome.printed += buffer.data();
    const int status = pclose(pipe);
    if (WIFEXITED(status)) outcome.status = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
    return outcome;
  }
};

// For failures' messages.
inline void PrintTo(const Probe& probe, std::ostream* out) { *out << probe.program; }

}  // namespace spinlab
