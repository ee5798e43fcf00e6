// Which of the known backends this program uses, where that is decided at start.
#pragma once

#include <span>
#include <string_view>

namespace spinlab {

// SPINLAB_BACKEND, else the host's profile (profile.hpp), else native_layout; one of `known`, which
// outlives the result. An unknown name in either place ends the program (settings.hpp). A profile
// that cannot be read, or was made on another host, is not used, and stderr says so in one line.
// Call it once. Thread safety: as getenv().
std::string_view choose_backend(std::span<const std::string_view> known);

}  // namespace spinlab
