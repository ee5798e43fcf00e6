// Writing a file as a whole, or not at all.
#pragma once

#include <string>
#include <string_view>

namespace spinlab {

// Replaces the file by the text: under a temporary name in the same folder, then renamed, so that
// a reader sees the old text or the new, and an interruption leaves the old. What is no regular
// file (a terminal, /dev/null, a pipe) is written to, not replaced; a symbolic link stays one.
// Throws UserError, one line, if that cannot be done; the old file is intact then.
// Thread safety: calls are independent; of two for one path, the later rename stays.
void write_output_file(const std::string& path, std::string_view text);

}  // namespace spinlab
