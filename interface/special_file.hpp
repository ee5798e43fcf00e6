// Is a path's file one to read to its end, or to replace? Devices, pipes and folders are not.
//
// Stands here because profiles need it, too: the harness may include the interface, not the
// reverse. Thread safety: all functions.
#pragma once

#include <filesystem>
#include <system_error>

namespace spinlab {

// Something is there, behind any links, and it is no regular file. False where nothing is, or where
// that cannot be told: opening it will say why.
inline bool is_special_file(const std::filesystem::path& path) {
  std::error_code unknown;
  const auto status = std::filesystem::status(path, unknown);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
}

}  // namespace spinlab
