# spinlab_readers: what the fuzzers need of spinlab_harness, so that clang need not build the rest.
# Included where spinlab_harness is: what is generated is known only there. A reader that needs
# another source does not link.
set(stems
    # Results, blocks, calibrations.
    advice_json advice_text block_file calibration_json cell input_file json_input machine_label
    merge_blocks pool_results recommend results_json statistics workload
    # Topology files.
    TopologyTexts synthetic_description topology topology_file topology_file_check
    topology_file_json topology_model
    # Replays.
    LockSources check_run check_sites checked_locks checked_objects parallel_runs progress say)
list(JOIN stems "|" any)
get_target_property(sources spinlab_harness SOURCES)
list(FILTER sources INCLUDE REGEX "(^|/)(${any})\\.cpp$")
add_library(spinlab_readers STATIC EXCLUDE_FROM_ALL ${sources})
target_link_libraries(
  spinlab_readers
  PUBLIC spinlab
  PRIVATE spinlab_options PkgConfig::hwloc TBB::tbb fmt::fmt nlohmann_json::nlohmann_json
          ZLIB::ZLIB spinlab_checked spinlab_simulated)
