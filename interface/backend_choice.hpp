// What is decided at start: which of the known backends this program uses, and whether under the
// verifier.
#pragma once

#include <span>
#include <string_view>

namespace spinlab {

// SPINLAB_BACKEND, else the host's profile (profile.hpp), else native_layout; one of `known`, which
// outlives the result. An unknown name in either place ends the program (settings.hpp). A profile
// that cannot be read, or was made on another host, is not used, and stderr says so in one line.
// Where the environment is a stranger's (settings.hpp): native_layout. Call it once. Thread safety: as the environment.
std::string_view choose_backend(std::span<const std::string_view> known);

// SPINLAB_VERIFY=0|1; what kVerifiesByDefault says if it is not set. Another value ends the
// program.
bool wants_verifier();

// Which library this is: one of two objects defines it.
extern const bool kVerifiesByDefault;

}  // namespace spinlab
