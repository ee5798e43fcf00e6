// Things of a fixed size, and what happens one past their end.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace spinlab {

struct FixedSize {
  const char* name;
  std::vector<std::string> arrays;  // "file:array", as declared; none: it is no array.
  std::size_t size;
  const char* one_past;  // What happens.
  void (*show)();
  std::vector<std::string> stops = {};  // Of the verifier, where that is a misuse.
};

inline void PrintTo(const FixedSize& row, std::ostream* out) {
  *out << row.name << ", " << row.size << "; one past: " << row.one_past;
}

std::vector<FixedSize> fixed_sizes_of_locks();      // And of the machine that they run on.
std::vector<FixedSize> fixed_sizes_of_interface();  // And of its verifier.

}  // namespace spinlab
