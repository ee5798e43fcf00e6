// Writing a file as a whole, or not at all.
#pragma once

#include <string>
#include <string_view>

namespace spinlab {

// What becomes of a regular file that is there already: an error, or replaced.
enum class Overwrite { kRefuse, kReplace };

// Throws UserError, which names --force, if the path's file is a regular one and there. For a look
// before the work; write_output_file() looks again.
void require_new(const std::string& path);

// Makes the file with the text: under a temporary name in the same folder, then renamed, so that
// a reader sees the old text or the new, and an interruption leaves the old. Both file and folder
// are synced: what was said to be written is there after a power failure. What is no regular
// file (a terminal, /dev/null, a pipe) is written to, not replaced; a symbolic link stays one.
// Throws UserError, one line, if that cannot be done; the old file, or none, is there then.
// Thread safety: calls are independent; of two for one path, the later rename stays.
void write_output_file(const std::string& path, std::string_view text, Overwrite overwrite);

}  // namespace spinlab
