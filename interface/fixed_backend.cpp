#include "interface/fixed_backend.hpp"

#include <array>
#include <cstdio>
#include <string>

#include "interface/settings.hpp"

namespace spinlab {
namespace {

constexpr std::array kBackends{
#define SPINLAB_LOCK(stem, Type) std::string_view(#stem),
#include "algorithms/locks.def"
#undef SPINLAB_LOCK
};

void say_ignored(std::string_view setting, std::string_view backend, std::string_view remedy) {
  std::string line = "spinlab: ";
  for (const std::string_view part :
       {setting, std::string_view(" is ignored: this program is linked with ke_"), backend, remedy})
    line += part;
  std::fputs((line + '\n').c_str(), stderr);
}

}  // namespace

void say_what_is_ignored(std::string_view backend) {
  static constexpr std::string_view kNoChoice = ", which has no other lock; link ke or ke_shared";
  if (read_setting("SPINLAB_VERIFY", kSwitch) == "1")
    say_ignored("SPINLAB_VERIFY=1", backend,
                ", which has no verifier; link ke, ke_shared or ke_verified");
  if (const auto asked = read_setting("SPINLAB_BACKEND", kBackends); asked && *asked != backend)
    say_ignored("SPINLAB_BACKEND=" + std::string(*asked), backend, kNoChoice);
  if (find_setting("SPINLAB_PROFILE") != nullptr)
    say_ignored("SPINLAB_PROFILE", backend, kNoChoice);
}

}  // namespace spinlab
