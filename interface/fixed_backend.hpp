// Settings in a library whose backend was fixed when it was made: it can follow some of them only.
#pragma once

#include <string_view>

namespace spinlab {

// One line on stderr for each setting that asks for what `backend`'s library cannot do: the
// verifier, another backend, a profile. Values that no library knows end the program
// (settings.hpp). Once, at start. Thread safety: as the environment.
void say_what_is_ignored(std::string_view backend);

}  // namespace spinlab
