#include "interface/backend_choice.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <variant>

#include "interface/profile.hpp"
#include "interface/settings.hpp"
#include "machines/native/fingerprint.hpp"

namespace spinlab {
namespace {

void warn_not_used(const std::string& what) {
  std::fprintf(stderr, "spinlab: %s; profile not used\n", what.c_str());
}

std::optional<std::string_view> backend_of_profile(std::span<const std::string_view> known) {
  const std::filesystem::path path = default_profile_path();
  std::error_code error;
  // Without a profile at the usual places nothing was asked for, and nothing is said.
  const bool asked_for = find_setting("SPINLAB_PROFILE") != nullptr;
  if (path.empty() || (!asked_for && !std::filesystem::exists(path, error))) return std::nullopt;

  const auto read = read_profile(path);
  if (const auto* const problem = std::get_if<std::string>(&read)) {
    warn_not_used(*problem);
    return std::nullopt;
  }
  const Profile& profile = std::get<Profile>(read);
  if (profile.fingerprint != host_fingerprint()) {
    warn_not_used(path.string() + ": made on another host ('" + profile.fingerprint +
                  "'; this is '" + host_fingerprint() + "')");
    return std::nullopt;
  }
  const auto found = std::ranges::find(known, profile.backend);
  if (found == known.end()) refuse_setting(path.string(), profile.backend, known);
  return *found;
}

}  // namespace

std::string_view choose_backend(std::span<const std::string_view> known) {
  if (const auto named = read_setting("SPINLAB_BACKEND", known)) return *named;
  return backend_of_profile(known).value_or("native_layout");
}

bool wants_verifier() {
  return read_setting("SPINLAB_VERIFY", kSwitch).value_or(kVerifiesByDefault ? "1" : "0") == "1";
}

}  // namespace spinlab
