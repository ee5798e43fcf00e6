# cmake -Doutput=FILE.cpp -Dtype=TYPE -P embed_sources.cmake -- FILES...: a C++ source that knows
# their texts, wherever the program is run. TYPE is LockSource or TopologyText; the header
# harness/<type>s.hpp declares it, and <type>s(), in snake case.
string(REGEX REPLACE "([a-z])([A-Z])" "\\1_\\2" all "${type}s")
string(TOLOWER "${all}" all)
set(body "")
set(is_file FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(index RANGE ${last})
  set(argument "${CMAKE_ARGV${index}}")
  if(is_file)
    cmake_path(GET argument FILENAME name)
    file(READ "${argument}" text)
    string(APPEND body "    {\"${name}\", R\"____(${text})____\"},\n")
  elseif(argument STREQUAL "--")
    set(is_file TRUE)
  endif()
endforeach()
file(WRITE "${output}" "// Generated: the texts of files of the tree.
#include \"harness/${all}.hpp\"

namespace spinlab {

const std::vector<${type}>& ${all}() {
  static const std::vector<${type}> all = {
${body}  };
  return all;
}

}  // namespace spinlab
")
