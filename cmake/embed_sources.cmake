# cmake -Doutput=FILE.cpp -P embed_sources.cmake -- HEADERS...: a C++ source that knows their texts.
# The checker's reports quote them, wherever the program is run.
set(body "")
set(is_header FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(index RANGE ${last})
  set(argument "${CMAKE_ARGV${index}}")
  if(is_header)
    cmake_path(GET argument FILENAME name)
    file(READ "${argument}" text)
    string(APPEND body "    {\"${name}\", R\"____(${text})____\"},\n")
  elseif(argument STREQUAL "--")
    set(is_header TRUE)
  endif()
endforeach()
file(WRITE "${output}" "// Generated: the texts of the locks and of the interface.
#include \"harness/lock_sources.hpp\"

namespace spinlab {

const std::vector<LockSource>& lock_sources() {
  static const std::vector<LockSource> all = {
${body}  };
  return all;
}

}  // namespace spinlab
")
