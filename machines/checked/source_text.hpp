// What the source says at a site: the label of an operation and the name of its cell.
//
// Reports quote the text that they speak of. Texts are registered by name (the program holds those
// of the locks); others are read from where they were compiled, if they are still there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace spinlab::checked {

// The first text of a name stays. Thread-safe.
void add_source(std::string_view file, std::string_view text);

struct SiteText {
  std::string label;   // "A3"; empty if the operation has none.
  std::string member;  // "next": what the operation is called on; empty if the text is not found.
  std::string line;    // Without leading blanks.
};
// `path` as the compiler knew it; `line` from 1. Thread-safe.
SiteText text_at(std::string_view path, std::uint32_t line);

}  // namespace spinlab::checked
