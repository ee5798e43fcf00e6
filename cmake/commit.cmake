# Writes generated/commit.hpp: the commit that is being built, "+" if the tree differs from it.
# Runs at each build; touches the file only when it changes.
execute_process(COMMAND git -C ${source} describe --always --dirty=+ --exclude=*
                OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit unknown)
endif()
cmake_policy(VERSION 3.25)
file(CONFIGURE OUTPUT ${output} CONTENT "// Generated at each build.
#pragma once

#include <string_view>

namespace spinlab {

inline constexpr std::string_view kCommit = \"@commit@\";

}  // namespace spinlab
" @ONLY)
