// What the libraries read from the environment: a variable that takes one of some names.
//
// Thread safety: not while another thread changes the environment.
#pragma once

#include <stdlib.h>
#include <sys/auxv.h>

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace spinlab {

// False in a program that has more rights than whoever started it: setuid, setgid, or with
// capabilities of its file. Its environment is a stranger's, who may not learn by it what a file
// says, and may not have anything run or written by it.
inline bool trusts_environment() { return getauxval(AT_SECURE) == 0; }

// What the variable is set to; null if it is not set or is empty, or if !trusts_environment(). All
// that the libraries read from the environment, they read by this.
inline const char* find_setting(const char* variable) {
  const char* const value = secure_getenv(variable);
  return value == nullptr || *value == '\0' ? nullptr : value;
}

// The variable's value, which is one of `known`; nothing if there is no such setting. Another value
// ends the program as refuse_setting() does.
std::optional<std::string_view> read_setting(const char* variable,
                                             std::span<const std::string_view> known);

// What a variable that is on or off is set to.
inline constexpr std::array<std::string_view, 2> kSwitch{"0", "1"};

// Ends the program with exit status 2 and one line on stderr: where the value comes from, what is
// wrong with it, and what is known. Static objects are not destroyed: the program may be in one of
// their constructors.
[[noreturn]] void refuse_setting(std::string_view source, std::string_view value,
                                 std::span<const std::string_view> known);

// SPINLAB_WAITING=pause|yield for NativeChosen; pause if it is not set.
void apply_waiting_setting();

}  // namespace spinlab
