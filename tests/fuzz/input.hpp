// What the fuzzed readers share: an input as a text or as a file, and what may come of it.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "harness/user_error.hpp"

// An entry point of libFuzzer's; returns 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace spinlab {

inline std::string_view text_of_input(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A file in memory, for readers that take a path. Threads: one.
class InputFile {
 public:
  explicit InputFile(std::string_view text) : file_(memfd_create("input", MFD_CLOEXEC)) {
    if (file_ < 0 || write(file_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      throw std::runtime_error("no file for the input");
    }
  }
  ~InputFile() { close(file_); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

// Ends the program, so that the fuzzer keeps the input.
[[noreturn]] inline void fault(std::string_view what) {
  std::fprintf(stderr, "fault: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

// An answer, or a UserError with a reason. Any other exception ends the program.
template <class Read>
void read_input(Read read) {
  try {
    read();
  } catch (const UserError& error) {
    if (std::string_view(error.what()).empty()) fault("refused without a reason");
  }
}

}  // namespace spinlab
