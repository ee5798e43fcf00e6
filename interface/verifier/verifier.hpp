// The verifier as the libraries see it.
#pragma once

#include "interface/function_table.hpp"

namespace spinlab::verifier {

// The verified functions, which do what these do and judge it. Reads the settings
// SPINLAB_VERIFY_OFF, SPINLAB_VERIFY_HOLD_US, SPINLAB_VERIFY_SUMMARY; what they do not know ends
// the program as refuse_setting() does. Once, before any of them is called.
const FunctionTable& begin(const FunctionTable& unchecked, const char* backend);

}  // namespace spinlab::verifier
