// The host's profile: which lock a measurement recommended for it. One small JSON file.
//
//   {"backend": "mcs", "fingerprint": "AMD EPYC, 1 socket, 64 processors", "objective": "..."}
//
// Members that a reader does not know are ignored. Thread safety: all functions; two writers of
// one file leave the file of one of them.
#pragma once

#include <filesystem>
#include <string>
#include <variant>

namespace spinlab {

struct Profile {
  std::string fingerprint;  // host_fingerprint() of the host that was measured.
  std::string backend;      // A name of locks.def.
  std::string objective;    // What the backend was chosen for; may be empty.
};

// The profile, or a text that names the file and says what is wrong with it. Throws nothing but
// std::bad_alloc.
std::variant<Profile, std::string> read_profile(const std::filesystem::path& path);

// Writes a temporary file beside `path` and renames it, so that readers see the old profile or the
// new one; creates missing directories. Returns an empty text, or one that names the file and says
// why it could not be written (the old profile is then still there).
[[nodiscard]] std::string write_profile(const std::filesystem::path& path, const Profile& profile);

// $SPINLAB_PROFILE, else $XDG_CONFIG_HOME/spinlab/profile.json, else
// $HOME/.config/spinlab/profile.json; empty if none of the three variables is set, or where the
// environment is a stranger's (settings.hpp).
std::filesystem::path default_profile_path();

}  // namespace spinlab
