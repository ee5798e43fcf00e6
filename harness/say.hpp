// What the program says to people, on stderr and on stdout.
//
// Names come from command lines, files and folders, and may hold what moves a terminal's cursor or
// colours its text: nothing but printable text goes out. Thread safety: all functions.
#pragma once

#include <string>
#include <string_view>

namespace spinlab {

// The text with control characters (C0 but the newline, DEL, C1), what turns its direction, and bytes
// that are no UTF-8, as \x1b.
std::string printable(std::string_view text);

// The same in one line: newlines become blanks.
std::string one_line(std::string_view text);

// `spinlab: <text>`, a line of its own, on stderr. Never throws: there is nobody to tell that
// stderr is closed or full.
void say(std::string_view text) noexcept;

// Some of a line on stderr, as it is: what moves the cursor is meant to. Never throws.
void say_raw(std::string_view text) noexcept;

// The text, printable, on stdout. What cannot be written is found by run_cli() at the end.
void print_text(std::string_view text);

}  // namespace spinlab
