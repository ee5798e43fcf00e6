// SourcePlace: the file and line of an address in this program, for reports.
#pragma once

#include <array>
#include <cstdint>

struct backtrace_state;

namespace spinlab::verifier {

// As text: `file.c:12 (function)`; without debug information `object+0x1f`; `?` for null. The line
// is that of the call that returns to the address. Nothing is run, and malloc() is not called: a
// report may come in a signal that interrupted it. Reads the file of the object that the address lies
// in, once, and the one with its debug information if that is apart; in a program whose environment
// is a stranger's (settings.hpp), none: the text is `object+0x1f`. Thread safety: any thread. Errors: what cannot be found out is left out.
class SourcePlace {
 public:
  explicit SourcePlace(const void* return_address);
  const char* text() const { return text_.data(); }

 private:
  void look_up(backtrace_state* lines, std::uintptr_t address);
  void say(const char* file, int line, const char* function);

  std::array<char, 256> text_{'?', '\0'};
};

}  // namespace spinlab::verifier
