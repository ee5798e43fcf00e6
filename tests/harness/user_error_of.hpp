// user_error_of: what a call that must be refused says to the user.
#pragma once

#include <string>

#include "harness/user_error.hpp"

namespace spinlab {

// The message of the UserError that the call throws. A call that throws none returns words that no
// message has, so that the expectation on the message fails and shows why.
template <class Call>
std::string user_error_of(Call call) {
  try {
    call();
  } catch (const UserError& error) {
    return error.what();
  }
  return "no UserError";
}

}  // namespace spinlab
