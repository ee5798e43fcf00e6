#include "harness/input_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "harness/descriptor.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

// 0, or what went wrong.
int read_rest(int descriptor, std::string& text) {
  std::array<char, 65'536> buffer;
  for (;;) {
    const ssize_t bytes = read(descriptor, buffer.data(), buffer.size());
    if (bytes == 0) return 0;
    if (bytes > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(bytes));
    } else if (errno != EINTR) {
      return errno;
    }
  }
}

}  // namespace

std::string read_input_file(const std::string& path, std::string_view advice) {
  const auto refuse = [&](std::string_view reason) {
    throw UserError(fmt::format("cannot read '{}': {}; {}", path, reason, advice));
  };
  // Without O_NONBLOCK, opening a pipe that nobody writes to has no end.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.is_open()) refuse(std::strerror(errno));
  struct stat facts{};
  if (fstat(file.number(), &facts) != 0) refuse(std::strerror(errno));
  if (!S_ISREG(facts.st_mode)) refuse("not a regular file");
  std::string text;
  if (const int error = read_rest(file.number(), text)) refuse(std::strerror(error));
  return text;
}

}  // namespace spinlab
