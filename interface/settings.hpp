// What the libraries read from the environment: a variable that takes one of some names.
//
// Thread safety: as getenv(): not while another thread changes the environment.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace spinlab {

// The variable's value, which is one of `known`; nothing if it is not set or is empty. Another
// value ends the program as refuse_setting() does.
std::optional<std::string_view> read_setting(const char* variable,
                                             std::span<const std::string_view> known);

// Ends the program with exit status 2 and one line on stderr: where the value comes from, what is
// wrong with it, and what is known. Static objects are not destroyed: the program may be in one of
// their constructors.
[[noreturn]] void refuse_setting(std::string_view source, std::string_view value,
                                 std::span<const std::string_view> known);

// SPINLAB_WAITING=pause|yield for NativeChosen; pause if it is not set.
void apply_waiting_setting();

}  // namespace spinlab
