// UserError: something that the user gave is wrong. main() prints it as one line that says what
// was wrong and what would be right, writes nothing else, and exits with status 2.
#pragma once

#include <stdexcept>

namespace spinlab {

class UserError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace spinlab
