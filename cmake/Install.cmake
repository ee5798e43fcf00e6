# cmake --install: headers, libraries, the CMake package and the pkg-config files.

# What is built for it. scripts/run builds that, too, so that an install may follow.
get_property(ke_libraries GLOBAL PROPERTY SPINLAB_KE_LIBRARIES)
list(APPEND ke_libraries spinlab_profile)
set(fiber_libraries spinlab_fiber spinlab_checked spinlab_simulated)
set(installed_targets spinlab_program ${ke_libraries} ${fiber_libraries})
add_custom_target(spinlab_installed DEPENDS ${installed_targets})

# Asked before anything is copied: half an install would look like a whole one.
foreach(target IN LISTS installed_targets)
  install(CODE "if(NOT EXISTS \"$<TARGET_FILE:${target}>\")
  message(FATAL_ERROR \"${target} is not built; \"
                      \"try: cmake --build ${PROJECT_BINARY_DIR} --target spinlab_installed\")
endif()")
endforeach()

set(include_root ${CMAKE_INSTALL_INCLUDEDIR}/spinlab)

# The tree's own layout, so that includes read the same inside and outside.
foreach(room algorithms machines interface)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${room} DESTINATION ${include_root}
          FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp" PATTERN "*.def")
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/generated/algorithms/all_locks.hpp
        DESTINATION ${include_root}/algorithms)

# Two exports: a project, perhaps one in C alone, finds the first without what the second needs.
# spinlab-config.cmake decides.
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/spinlab)
install(TARGETS spinlab ${ke_libraries} EXPORT spinlab-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS ${fiber_libraries} EXPORT spinlab-fiber-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT spinlab-targets NAMESPACE spinlab:: DESTINATION ${package_dir})
install(EXPORT spinlab-fiber-targets NAMESPACE spinlab:: DESTINATION ${package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/spinlab-config.cmake.in
                              ${PROJECT_BINARY_DIR}/spinlab-config.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/spinlab-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/spinlab-config.cmake
              ${PROJECT_BINARY_DIR}/spinlab-config-version.cmake DESTINATION ${package_dir})

# spinlab_pkg_config(<name> <description> <cflags> <libs>): <name>.pc, relocatable.
function(spinlab_pkg_config name description cflags libs)
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
             BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig OUTPUT_VARIABLE to_prefix)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/spinlab.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

set(headers "-I\${includedir}/spinlab/interface")
spinlab_pkg_config(spinlab "Spin locks as C++20 headers" "-I\${includedir}/spinlab" "-pthread")
spinlab_pkg_config(spinlab_ke_shared "wdm.h and ndis.h over a lock chosen at start, shared"
                   "${headers}" "-L\${libdir} -lspinlab_ke -pthread")
# By file name: the shared library has the same one, and the linker prefers it.
spinlab_pkg_config(
  spinlab_ke "wdm.h and ndis.h over a lock chosen at start" "${headers}"
  "-Wl,-u,spinlab_backend_at_start -L\${libdir} -l:libspinlab_ke.a -lspinlab_profile -lstdc++ -pthread"
)
spinlab_pkg_config(
  spinlab_ke_verified "wdm.h and ndis.h under the verifier" "${headers}"
  "-Wl,-u,spinlab_backend_verified -L\${libdir} -lspinlab_ke_verified -lspinlab_profile -lstdc++ -pthread"
)
foreach(stem IN LISTS SPINLAB_LOCK_STEMS)
  spinlab_pkg_config(
    spinlab_ke_${stem} "wdm.h and ndis.h over the lock ${stem}" "${headers}"
    "-Wl,-u,spinlab_backend_${stem} -L\${libdir} -lspinlab_ke_${stem} -lstdc++ -pthread")
endforeach()

# The program, and what `spinlab plot` runs.
install(TARGETS spinlab_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
set(scripts_dir ${CMAKE_INSTALL_DATADIR}/spinlab/scripts)
install(PROGRAMS ${PROJECT_SOURCE_DIR}/scripts/find-python ${PROJECT_SOURCE_DIR}/scripts/plot
                 ${PROJECT_SOURCE_DIR}/scripts/plot.py DESTINATION ${scripts_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/scripts/spinlab_plots DESTINATION ${scripts_dir}
        FILES_MATCHING PATTERN "*.py")
