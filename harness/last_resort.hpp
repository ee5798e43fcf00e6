// What happens to an error that nobody expected: one line on stderr, and exit status 2.
#pragma once

#include <string>

namespace spinlab {

// What the exception that is being handled says, for people. Never throws.
std::string current_exception_text() noexcept;

// For the begin of main(). What would call std::terminate (an exception in a thread, of a static
// object, in a noexcept function) becomes one line and exit status 2; a file that grows beyond its
// limit is an error of the write, not a signal; and stdin, stdout and stderr are open, so that no
// file of ours gets their numbers: what was closed stays unreadable and unwritable.
// Ends the program if that cannot be had.
void prepare_last_resort();

}  // namespace spinlab
