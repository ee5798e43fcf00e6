// Of the other libraries that choose their backend at start.
#include "interface/backend_choice.hpp"

namespace spinlab {
extern const bool kVerifiesByDefault = false;
}
