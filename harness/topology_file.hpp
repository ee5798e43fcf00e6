// TopologyFile: a machine that is to be simulated: what it is built of, what its parts cost, and
// where each number comes from. docs/topology-files.md describes the format.
//
// Thread safety: pure functions; shipped_topologies() is built at the first call.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/topology.hpp"
#include "machines/simulated/model.hpp"

namespace spinlab {

// A cost in ns with its spread; all finite, 0 <= p5 <= median <= p95 <= 1 ms.
struct Cost {
  double median = 0;
  double p5 = 0;
  double p95 = 0;
  std::string source;  // Empty: the file's.

  friend bool operator==(const Cost&, const Cost&) = default;
};

struct TransferCost {
  Cost near_home;
  // When the line's home is in another package than the requester; a median of 0: as near_home.
  Cost far_home;

  const Cost& to_far_home() const { return far_home.median > 0 ? far_home : near_home; }
  friend bool operator==(const TransferCost&, const TransferCost&) = default;
};

struct TopologyFile {
  std::string name;       // As `--topology` takes it; the stem of a shipped file.
  std::string processor;  // Vendor, model, sockets x cores.
  std::string source;     // A measurement by spinlab, or the publication.
  std::string synthetic;  // hwloc's description of the machine; empty if `xml` is given.
  std::string xml;        // Path of an lstopo file, relative to the topology file.
  double frequency_ghz = 0;
  simulated::Protocol protocol = simulated::Protocol::kMesi;

  // A line's way between two processors, by the smallest thing that they share. Each distance that
  // occurs on the machine is there.
  std::map<Distance, TransferCost> transfers;
  // Instead of transfers[kRemote], for machines whose packages are not equally far from each other:
  // packages x packages, symmetric; the diagonal is not read. Empty: equally far.
  std::vector<std::vector<Cost>> between_packages;

  Cost load_hit, store_hit, rmw, operation, pause, memory, read_occupancy, invalidate;
  int hold_percent = 0;
  int jitter_percent = 0;
  // The transfers are from read-modify-writes that go to and fro, and contain one each, `rmw`.
  bool transfers_contain_rmw = false;
  bool migratory = false;
  bool write_first = false;
  double quantum_us = 0;
  double switch_us = 0;
  double wake_us = 0;

  // Where a number or a choice that is no cost comes from, by its name here (`frequency_ghz`,
  // `migratory`, ...); what is not in it is from the file's source.
  std::map<std::string, std::string, std::less<>> parameter_sources;
  std::string folder;  // Of the topology file: where a relative `xml` starts. Not in the JSON.

  Topology topology() const;  // By synthetic or xml.
};

// The costs beside transfers, and their names in the file.
struct NamedCost {
  std::string_view name;
  Cost TopologyFile::* cost;
};
std::span<const NamedCost> named_costs();

// The names of distances in the file: "smt", "l3", "node", "package", "remote".
std::string_view transfer_name(Distance distance);
// "mesi", "mesif", "moesi".
std::string_view protocol_name(simulated::Protocol protocol);

// Reads one, and back. Throws UserError, one line, for anything that is not such a file: see
// docs/topology-files.md. `path` is for messages, and `xml` is relative to it.
TopologyFile topology_from_json_text(std::string_view text, const std::string& path);
std::string to_json_text(const TopologyFile& file);

// Throws UserError for a machine that cannot be simulated: hwloc does not understand it, it has too
// many processors or their OS indices are not 0 to n - 1, a cost is missing or out of its range.
void check_topology_file(const TopologyFile& file);

// All files of topologies/, as they were when the program was built; by name.
std::span<const TopologyFile> shipped_topologies();

// A shipped name, a path (anything with a '/' or ending in .json), or 'synthetic "<description>"'
// (the word synthetic, a blank, hwloc's description, with or without the quotes): that shape with
// the costs of kCostsOfSynthetic. Throws UserError.
TopologyFile find_topology(const std::string& name_or_path);

// It has the most classes of distance among the shipped machines. The one that it lacks, cores of a
// package on different NUMA nodes, costs as much as different L3s on one node.
inline constexpr std::string_view kCostsOfSynthetic = "epyc-7763-2x64";

// Which of a cost's three numbers a run takes.
enum class Quantile { kP5, kMedian, kP95 };

// The model of the machine with every cost at the quantile that `choose` gives for its name; pure
// if `choose` is. The names are those of named_costs(), `transfers.<name>` (near and far home
// alike) for each distance that occurs on the machine, and `between_packages` (all of the matrix);
// each is asked for exactly once. Processor i of the model is the one with OS index i, as place()
// names them; a topology whose indices are not 0 to n - 1 is refused (UserError).
simulated::Model make_model(const TopologyFile& file, const Topology& topology,
                            const std::function<Quantile(std::string_view cost)>& choose);

}  // namespace spinlab
