#include <nlohmann/json.hpp>

#include "harness/topology_file_report.hpp"
#include "harness/topology_report.hpp"

namespace spinlab {
namespace {

using nlohmann::ordered_json;

ordered_json counts(const Topology& topology) {
  return {{"packages", topology.package_count()},
          {"nodes", topology.node_count()},
          {"l3s", topology.l3_count()},
          {"cores", topology.core_count()},
          {"processors", topology.processor_count()}};
}

ordered_json allowed_processors(const Topology& topology) {
  ordered_json list = ordered_json::array();
  for (const int os_index : topology.processors()) {
    const ProcessorPlace& processor = topology.processor(os_index);
    list.push_back({{"os_index", processor.os_index},
                    {"core", processor.core},
                    {"l3", processor.l3},
                    {"node", processor.node},
                    {"package", processor.package}});
  }
  return list;
}

// One entry a placement and thread count; `measured_as` is the name under which
// a run measures the same set of processors (PlacementGroup).
ordered_json placements(const Topology& topology, const std::vector<int>& thread_counts,
                        Oversubscribe oversubscribe) {
  const std::vector<std::string> names(placement_names().begin(), placement_names().end());
  ordered_json list = ordered_json::array();
  for (const int threads : thread_counts) {
    for (const PlacementGroup& group : group_placements(topology, threads, names, oversubscribe)) {
      for (const std::string& name : group.names) {
        list.push_back({{"threads", threads},
                        {"placement", name},
                        {"measured_as", group.names.front()},
                        {"processors", place(topology, name, threads, oversubscribe)}});
      }
    }
  }
  return list;
}

ordered_json report(const Topology& topology, const std::vector<int>& thread_counts,
                    Oversubscribe oversubscribe) {
  return {{"format", "spinlab-topology-report-1"},
          {"this_host", topology.is_this_host()},
          {"synthetic", topology.synthetic()},
          {"counts", counts(topology)},
          {"allowed", allowed_processors(topology)},
          {"placements", placements(topology, thread_counts, oversubscribe)}};
}

}  // namespace

std::string topology_json_text(const Topology& topology, const std::vector<int>& thread_counts,
                               Oversubscribe oversubscribe) {
  return report(topology, thread_counts, oversubscribe).dump(2) + "\n";
}

std::string topology_file_json_text(const TopologyFile& file, const std::vector<int>& thread_counts,
                                    Oversubscribe oversubscribe) {
  ordered_json object = report(file.topology(), thread_counts, oversubscribe);
  object["file"] = ordered_json::parse(to_json_text(file));
  return object.dump(2) + "\n";
}

std::string topologies_json_text(std::span<const TopologyFile> files) {
  ordered_json list = ordered_json::array();
  for (const TopologyFile& file : files) {
    const Topology topology = file.topology();
    list.push_back({{"name", file.name},
                    {"processor", file.processor},
                    {"packages", topology.package_count()},
                    {"nodes", topology.node_count()},
                    {"cores", topology.core_count()},
                    {"threads", topology.processor_count()},
                    {"source", file.source}});
  }
  return list.dump(2) + "\n";
}

}  // namespace spinlab
