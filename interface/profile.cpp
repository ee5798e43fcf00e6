#include "interface/profile.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

#include "interface/settings.hpp"
#include "interface/special_file.hpp"

namespace spinlab {
namespace {

// Empty if it is not there or is no string.
std::string text_member(const nlohmann::json& object, const char* name) {
  const auto member = object.find(name);
  if (member == object.end() || !member->is_string()) return "";
  return member->get<std::string>();
}

std::filesystem::path directory_variable(const char* name) {
  const char* const value = find_setting(name);
  return value == nullptr ? "" : value;
}

std::string last_system_error() { return std::generic_category().message(errno); }

}  // namespace

std::variant<Profile, std::string> read_profile(const std::filesystem::path& path) {
  if (is_special_file(path)) return path.string() + ": not a regular file";
  std::ifstream file(path);
  if (!file) return path.string() + ": " + last_system_error();
  std::ostringstream text;
  text << file.rdbuf();

  // Without exceptions: this runs in the first call of a C function.
  const auto json = nlohmann::json::parse(text.str(), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return path.string() + ": not JSON, or cut short";
  if (!json.is_object()) return path.string() + ": not a profile";
  Profile profile{.fingerprint = text_member(json, "fingerprint"),
                  .backend = text_member(json, "backend"),
                  .objective = text_member(json, "objective")};
  if (profile.fingerprint.empty() || profile.backend.empty())
    return path.string() + ": not a profile: no fingerprint, or no backend";
  return profile;
}

std::string write_profile(const std::filesystem::path& path, const Profile& profile) {
  if (is_special_file(path)) return path.string() + ": not a regular file";
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);

  const nlohmann::json json = {{"fingerprint", profile.fingerprint},
                               {"backend", profile.backend},
                               {"objective", profile.objective}};
  std::filesystem::path temporary = path;
  temporary += '.';
  temporary += std::to_string(getpid()) + ".tmp";
  errno = 0;
  std::ofstream file(temporary, std::ios::trunc);
  file << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  file.close();
  if (!file) {
    const std::string reason = errno != 0 ? last_system_error() : "cannot be written";
    std::filesystem::remove(temporary, error);
    return path.string() + ": " + reason;
  }
  std::filesystem::rename(temporary, path, error);
  if (!error) return "";
  std::error_code ignored;
  std::filesystem::remove(temporary, ignored);
  return path.string() + ": " + error.message();
}

std::filesystem::path default_profile_path() {
  if (const auto file = directory_variable("SPINLAB_PROFILE"); !file.empty()) return file;
  if (const auto config = directory_variable("XDG_CONFIG_HOME"); !config.empty())
    return config / "spinlab" / "profile.json";
  if (const auto home = directory_variable("HOME"); !home.empty())
    return home / ".config" / "spinlab" / "profile.json";
  return {};
}

}  // namespace spinlab
