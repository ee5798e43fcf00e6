#include "harness/locked_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "harness/parse_number.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

constexpr int kTries = 100;

int lock_now(int descriptor) {
  while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

// The holder may not have written its number yet.
std::string holder_of(int descriptor) {
  char text[32];
  const ssize_t bytes = pread(descriptor, text, sizeof text, 0);
  if (bytes <= 0) return "another process";
  const auto number = parse_number<int>({text, static_cast<std::size_t>(bytes)});
  return number ? fmt::format("process {}", *number) : "another process";
}

int write_own_number(int descriptor) {
  if (ftruncate(descriptor, 0) != 0) return errno;
  return write_all(descriptor, std::to_string(getpid()));
}

[[noreturn]] void refuse(const std::string& path, int error) {
  throw UserError(
      fmt::format("cannot write '{}': {}; give another --out", path, std::strerror(error)));
}

}  // namespace

LockedFolder::LockedFolder(std::string path) : path_(std::move(path)), lock_path_(path_ + "/lock") {
  for (int tries = 0; tries < kTries; ++tries) {
    std::error_code error;
    std::filesystem::create_directories(path_, error);
    if (error) refuse(path_, error.value());
    lock_.reset(open(lock_path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
    if (!lock_.is_open() && errno == ENOENT) continue;  // Removed by the one who had it.
    if (!lock_.is_open()) refuse(path_, errno);
    const int locked = lock_now(lock_.number());
    if (locked == EWOULDBLOCK) {
      throw UserError(
          fmt::format("'{}' belongs to {}, which still runs; wait for its end, or give "
                      "another --out",
                      path_, holder_of(lock_.number())));
    }
    if (locked != 0) refuse(path_, locked);
    if (!is_still_ours()) continue;  // Its owner ended in between, and took the folder along.
    const int unwritten = write_own_number(lock_.number());
    if (unwritten == 0) return;
    give_back();
    refuse(path_, unwritten);
  }
  refuse(path_, EBUSY);
}

LockedFolder::~LockedFolder() { give_back(); }

// Before the lock itself: whoever opened this file meanwhile finds that it is gone.
void LockedFolder::give_back() {
  if (!is_still_ours()) return;
  unlink(lock_path_.c_str());
  rmdir(path_.c_str());  // Fails where blocks are left.
}

bool LockedFolder::is_still_ours() const {
  struct stat ours{};
  struct stat there{};
  return fstat(lock_.number(), &ours) == 0 && stat(lock_path_.c_str(), &there) == 0 &&
         ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

}  // namespace spinlab
