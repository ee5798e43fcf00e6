// What `spinlab topology` says of machines that can be simulated.
//
// Thread safety: pure functions of their arguments.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/placement.hpp"
#include "harness/topology_file.hpp"

namespace spinlab {

// A table, one line a machine; of a source what is before its first colon.
std::string topologies_text(std::span<const TopologyFile> files);
// A JSON array of objects with name, processor, packages, nodes, cores, threads, source.
std::string topologies_json_text(std::span<const TopologyFile> files);

// The machine's name and source, topology_text() of it, and its classes, costs and parameters with
// their sources. Throws UserError as topology_text(); so does the next.
std::string topology_file_text(const TopologyFile& file, const std::vector<int>& thread_counts,
                               Oversubscribe oversubscribe);
// The object of topology_json_text(), with the whole file under `file`.
std::string topology_file_json_text(const TopologyFile& file, const std::vector<int>& thread_counts,
                                    Oversubscribe oversubscribe);

}  // namespace spinlab
