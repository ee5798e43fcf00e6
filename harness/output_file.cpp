#include "harness/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "harness/descriptor.hpp"
#include "harness/user_error.hpp"
#include "interface/special_file.hpp"

namespace spinlab {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
  throw UserError("cannot write '" + path + "': " + std::strerror(error) +
                  "; name a file in a folder that exists and may be written");
}

[[noreturn]] void fail_existing(const std::string& path) {
  throw UserError("'" + path + "' exists; --force overwrites it, or name another file");
}

// File systems that have nothing to sync say EINVAL.
int sync_all(int descriptor) {
  while (fsync(descriptor) != 0) {
    if (errno == EINVAL || errno == ENOTSUP) return 0;
    if (errno != EINTR) return errno;
  }
  return 0;
}

int close_after(int descriptor, int error) {
  // Some file systems report a full disk only now.
  return close(descriptor) != 0 && error == 0 ? errno : error;
}

int sync_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  const char* const name = folder.empty() ? "." : folder.c_str();
  const int descriptor = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  return close_after(descriptor, sync_all(descriptor));
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

// 0, or what went wrong: EEXIST for a file that must not be replaced.
int put_in_place(const std::string& temporary, const std::string& target, Overwrite overwrite) {
  if (overwrite == Overwrite::kReplace) {
    return std::rename(temporary.c_str(), target.c_str()) != 0 ? errno : 0;
  }
  const auto no_replace = [&] {
    return renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE);
  };
  if (no_replace() == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // A file system that cannot do that in one step.
  if (link(temporary.c_str(), target.c_str()) != 0) return errno;
  unlink(temporary.c_str());
  return 0;
}

}  // namespace

void require_new(const std::string& path) {
  std::error_code unknown;
  const bool leads_nowhere =
      std::filesystem::is_symlink(path, unknown) && !std::filesystem::exists(path, unknown);
  if (leads_nowhere || std::filesystem::is_regular_file(path, unknown)) fail_existing(path);
}

void write_output_file(const std::string& path, std::string_view text, Overwrite overwrite) {
  if (is_special_file(path)) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) fail(path, errno);
    if (const int error = close_after(descriptor, write_all(descriptor, text))) fail(path, error);
    return;
  }
  const std::string target = behind_links(path);
  const std::string temporary = temporary_name(target);
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) fail(path, errno);
  int error = write_all(descriptor, text);
  if (error == 0) error = sync_all(descriptor);
  error = close_after(descriptor, error);
  if (error == 0) error = put_in_place(temporary, target, overwrite);
  if (error != 0) {
    unlink(temporary.c_str());
    if (error == EEXIST) fail_existing(path);
    fail(path, error);
  }
  if (const int unsynced = sync_folder_of(target)) {
    if (overwrite == Overwrite::kRefuse) unlink(target.c_str());
    fail(path, unsynced);
  }
}

}  // namespace spinlab
