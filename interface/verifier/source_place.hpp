// SourcePlace: the file and line of an address in this program, for reports.
#pragma once

#include <array>

namespace spinlab::verifier {

// As text: `file.c:12 (function)`; without debug information `object+0x1f`; `?` for null. The line
// is that of the call that returns to the address. Asks addr2line of the binutils, in a process of
// its own, which takes some ten ms; allocates nothing. Thread safety: any thread. Errors: what
// cannot be found out is left out.
class SourcePlace {
 public:
  explicit SourcePlace(const void* return_address);
  const char* text() const { return text_.data(); }

 private:
  void ask_addr2line(const char* object, unsigned long offset);

  std::array<char, 256> text_{'?', '\0'};
};

}  // namespace spinlab::verifier
