// run_spinlab: the program's commands as they are called, inside the test's process.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "harness/cli.hpp"

namespace spinlab {

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

// Threads: one at a time; it captures stdout and stderr.
inline Outcome run_spinlab(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "spinlab");
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.status = run_cli(static_cast<int>(pointers.size()), pointers.data());
  std::fflush(stdout);
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

}  // namespace spinlab
