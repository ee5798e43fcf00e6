// Of spinlab::ke_verified.
#include "interface/backend_choice.hpp"

extern "C" const char spinlab_backend_at_start;

// See ke_link_time.cpp. Brings what chooses at start along.
extern "C" const char* const spinlab_backend_verified = &spinlab_backend_at_start;

namespace spinlab {
extern const bool kVerifiesByDefault = true;
}
