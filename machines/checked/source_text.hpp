// What the source says at a site: the label of an operation and the name of its cell.
//
// Reports quote the text that they speak of. Texts are registered by name (the program holds those
// of the locks); others are read from where they were compiled, if they are still there.
#pragma once

#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>

namespace spinlab::checked {

// The first text of a name stays. Thread-safe.
void add_source(std::string_view file, std::string_view text);

struct SiteText {
  std::string label;   // "A3"; empty if the operation has none.
  std::string member;  // "next": what the operation is called on; empty if the text is not found.
  std::string line;    // Without leading blanks.
  int in_line = 0;     // Which of the line's operations it is, from 0.
};
// A label is the comment `// [A3]` above an operation; `// [A1, A2]` labels two, in the order of
// the text. It reaches no further than that, nor out of the block that it stands in.
// `path` as the compiler knew it; `line` and `column` from 1. Thread-safe.
SiteText text_at(std::string_view path, std::uint32_t line, std::uint32_t column);
inline SiteText text_of(const std::source_location& where) {
  return text_at(where.file_name(), where.line(), where.column());
}

}  // namespace spinlab::checked
