// Reading a file that the user named, as a whole.
#pragma once

#include <string>
#include <string_view>

namespace spinlab {

// Throws UserError, "cannot read '<path>': <reason>; <advice>", if that cannot be done. Devices,
// pipes and folders are refused, too: /dev/zero has no end, and a pipe may never have a beginning.
// Thread safety: calls are independent.
std::string read_input_file(const std::string& path, std::string_view advice);

}  // namespace spinlab
