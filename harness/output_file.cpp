#include "harness/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "harness/user_error.hpp"
#include "interface/special_file.hpp"

namespace spinlab {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
  throw UserError("cannot write '" + path + "': " + std::strerror(error) +
                  "; name a file in a folder that exists and may be written");
}

// 0, or what went wrong.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

int write_and_close(int descriptor, std::string_view text) {
  const int error = write_all(descriptor, text);
  // Some file systems report a full disk only now.
  return close(descriptor) != 0 && error == 0 ? errno : error;
}

// Unique among processes by the id and among this one's threads by the count.
std::string temporary_name(const std::string& path) {
  static std::atomic<unsigned> count{0};
  return path + "." + std::to_string(getpid()) + "." + std::to_string(count.fetch_add(1)) + ".tmp";
}

// The file behind any symbolic links, so that the rename replaces it and not the link.
std::string behind_links(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  return error ? path : real.string();
}

}  // namespace

void write_output_file(const std::string& path, std::string_view text) {
  if (is_special_file(path)) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) fail(path, errno);
    if (const int error = write_and_close(descriptor, text)) fail(path, error);
    return;
  }
  const std::string target = behind_links(path);
  const std::string temporary = temporary_name(target);
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) fail(path, errno);
  int error = write_and_close(descriptor, text);
  if (error == 0 && std::rename(temporary.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0) {
    unlink(temporary.c_str());
    fail(path, error);
  }
}

}  // namespace spinlab
