// TopologyFile: a machine that is to be simulated: what it is built of, what its parts cost, and
// where each number comes from. docs/simulator.md describes the format.
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

// A cost in ns with its spread; all finite, 0 <= p5 <= median <= p95.
struct Cost {
  double median = 0;
  double p5 = 0;
  double p95 = 0;
  std::string source;  // Empty: the file's.
};

struct TransferCost {
  Cost near_home;
  Cost far_home;  // When the line's home is in another package than the requester.
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
  bool migratory = false;
  bool write_first = false;
  double quantum_us = 0;
  double switch_us = 0;
  double wake_us = 0;

  Topology topology() const;  // By synthetic or xml.
};

// Reads one, and back. Throws UserError, one line, for anything that is not such a file: see
// docs/simulator.md. `path` is for messages, and `xml` is relative to it.
TopologyFile topology_from_json_text(std::string_view text, const std::string& path);
std::string to_json_text(const TopologyFile& file);

// All files of topologies/, as they were when the program was built; by name.
std::span<const TopologyFile> shipped_topologies();

// A shipped name, a path (anything with a '/' or ending in .json), or 'synthetic "<description>"'
// (the word synthetic, a blank, hwloc's description): that shape with the costs of a shipped
// machine that it names. Throws UserError.
TopologyFile find_topology(const std::string& name_or_path);

// Which of a cost's three numbers a run takes.
enum class Quantile { kP5, kMedian, kP95 };

// The model of the machine with every cost at the quantile that `choose` gives for its name
// (`transfers.l3`, `rmw`, ...); pure if `choose` is.
simulated::Model make_model(const TopologyFile& file, const Topology& topology,
                            const std::function<Quantile(std::string_view cost)>& choose);

}  // namespace spinlab
