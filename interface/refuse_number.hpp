// What a function does with the number of a queued spin lock that is none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdio>

#include "machines/native/end_program.hpp"

namespace spinlab {

[[noreturn, gnu::noinline, gnu::cold]] inline void refuse_number(std::size_t count) {
  std::array<char, 100> text;
  std::snprintf(text.data(), text.size(),
                "no queued spin lock has this number; they are numbered from 0 to %zu", count - 1);
  end_program(text.data());
}

}  // namespace spinlab
