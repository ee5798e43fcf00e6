# nic_bug(), which bugs.cmake uses: a program over the driver with one change, and its tests.

# nic_scenario(<name> [source]): the scenario under the verifier, over the driver, with the changed
# source in the place of that of the same name.
function(nic_scenario name)
  add_executable(${name} $<TARGET_OBJECTS:nic_scenario_objects> ${ARGN})
  target_link_libraries(${name} PRIVATE spinlab::ke_verified nic_options)
  list(TRANSFORM ARGN REPLACE ".*/" "")
  foreach(source IN LISTS driver_sources)
    if(NOT source IN_LIST ARGN)
      target_sources(${name} PRIVATE $<TARGET_OBJECTS:nic_object_${source}>)
    endif()
  endforeach()
endfunction()

# nic_offset(<variable> <text> <part>): where the part begins, which must be there.
function(nic_offset variable text part)
  string(FIND "${text}" "${part}" offset)
  if(offset EQUAL -1)
    message(FATAL_ERROR "bugs.cmake: no '${part}' in the source")
  endif()
  set(${variable} ${offset} PARENT_SCOPE)
endfunction()

# nic_line(<variable> <text> <offset>): the number of the line there.
function(nic_line variable text offset)
  string(SUBSTRING "${text}" 0 ${offset} before)
  string(REGEX MATCHALL "\n" breaks "${before}")
  list(LENGTH breaks count)
  math(EXPR line "${count} + 1")
  set(${variable} ${line} PARENT_SCOPE)
endfunction()

# nic_change(<path> <source> <from> <to> <offset variable>): writes the changed source, and gives
# the place of the change.
function(nic_change path source from to offset_variable)
  file(READ ${source} text)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  nic_offset(offset "${text}" "${from}")
  string(LENGTH "${from}" length)
  math(EXPR end "${offset} + ${length}")
  string(SUBSTRING "${text}" 0 ${offset} before)
  string(SUBSTRING "${text}" ${end} -1 after)
  string(FIND "${after}" "${from}" again)
  if(NOT again EQUAL -1)
    message(FATAL_ERROR "bugs.cmake: '${from}' is twice in ${source}")
  endif()
  file(CONFIGURE OUTPUT ${path} CONTENT "${before}${to}${after}" @ONLY)
  set(${offset_variable} ${offset} PARENT_SCOPE)
endfunction()

# nic_expected_place(<variable> <changed source> <offset of the change> <at> <at file>): the file and
# line that the report names, as a regular expression.
function(nic_expected_place variable changed offset at at_file)
  set(source ${changed})
  if(at_file)
    set(source ${CMAKE_CURRENT_SOURCE_DIR}/${at_file})
    set(offset 0)
  endif()
  file(READ ${source} text)
  string(SUBSTRING "${text}" ${offset} -1 after)
  nic_offset(distance "${after}" "${at}")
  math(EXPR offset "${offset} + ${distance}")
  nic_line(line "${text}" ${offset})
  cmake_path(GET source FILENAME name)
  string(REPLACE "." "[.]" name ${name})
  set(${variable} "${name}:${line} " PARENT_SCOPE)
endfunction()

# nic_expect(<test> <program> <code> <more of the report> <setting>...): the report is the only one,
# since the program ends there, and comes first.
function(nic_expect test program code report)
  add_test(NAME ${test} COMMAND ${program})
  set_tests_properties(
    ${test} PROPERTIES TIMEOUT 120 ENVIRONMENT "SPINLAB_WAITING=yield;${ARGN}"
                       PASS_REGULAR_EXPRESSION "^spinlab verifier: [a-z]+ ${code} .*${report}")
endfunction()

function(nic_bug name)
  set(values FILE CODE RULE FROM TO AT AT_FILE CODE_WITHOUT_DEADLOCK_DETECTION)
  cmake_parse_arguments(PARSE_ARGV 1 bug "IS_AT_END" "${values}" "")
  set(changed ${CMAKE_CURRENT_BINARY_DIR}/${name}/${bug_FILE})
  nic_change(${changed} ${CMAKE_CURRENT_SOURCE_DIR}/${bug_FILE} "${bug_FROM}" "${bug_TO}" offset)
  set(report "rule +${bug_RULE}\n")
  if(SPINLAB_SANITIZE MATCHES thread)
    # The C functions are no jumps then, and every call seems to come from them.
  elseif(NOT bug_IS_AT_END)
    if(NOT bug_AT)
      set(bug_AT "${bug_TO}")
    endif()
    nic_expected_place(place ${changed} ${offset} "${bug_AT}" "${bug_AT_FILE}")
    string(APPEND report ".*call +[A-Za-z]+ at ${place}")
  elseif(bug_AT)
    nic_expected_place(place ${changed} 0 "${bug_AT}" "${bug_AT_FILE}")
    string(APPEND report ".*end at .*acquire +[A-Za-z]+ at ${place}")
  endif()

  set(program nic_${name})
  nic_scenario(${program} ${changed})
  set(hold_us 0) # As long as the machine likes, where that is not what is looked for.
  if(bug_RULE STREQUAL HoldTime)
    set(hold_us 200) # Well above what the verifier itself takes at a lock's first use.
  endif()
  set(test driver.verifier_finds_${name})
  set_property(DIRECTORY APPEND PROPERTY NIC_RULES ${bug_RULE})
  nic_expect(${test} ${program} ${bug_CODE} "${report}" SPINLAB_VERIFY_HOLD_US=${hold_us})
  if(bug_CODE_WITHOUT_DEADLOCK_DETECTION)
    nic_expect(${test}_without_deadlock_detection ${program} ${bug_CODE_WITHOUT_DEADLOCK_DETECTION}
               "" SPINLAB_VERIFY_HOLD_US=0
               SPINLAB_VERIFY_OFF=DeadlockDetection)
  endif()
endfunction()

# nic_expect_a_bug_each(<test> <regular expression> <found> <list file>): each entry of the list, of
# which the expression captures the name, is one of those that were found.
function(nic_expect_a_bug_each test expression found list_file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${list_file})
  file(STRINGS ${list_file} entries REGEX "${expression}")
  set(missing "")
  foreach(entry IN LISTS entries)
    string(REGEX REPLACE "${expression}.*" "\\1" name "${entry}")
    if(NOT name IN_LIST found)
      string(APPEND missing " ${name}")
    endif()
  endforeach()
  add_test(NAME ${test} COMMAND ${CMAKE_COMMAND} -E echo "no bug for:${missing}")
  set_tests_properties(${test} PROPERTIES FAIL_REGULAR_EXPRESSION "for: ")
endfunction()
