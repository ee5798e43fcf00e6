// Where the processors of a machine are: of the host, or of one that only its description is here.
//
// Processors are named by the operating system's index, as in taskset and /proc/cpuinfo; cores,
// L3s, nodes and packages by hwloc's logical index. Neither need be dense.
// Thread safety: const members may be called by any threads at once; creation by one at a time.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct hwloc_topology;

namespace spinlab {

// One processor, and the number of each object around it. Where the machine has no such level
// (often the L3, in virtual machines) the number is that of the level around, past all real ones.
struct ProcessorPlace {
  int os_index = 0;
  int core = 0;
  int l3 = 0;
  int node = 0;
  int package = 0;
};

// The smallest thing that two processors share: how far a line travels between them.
enum class Distance { kSameProcessor, kSmt, kL3, kNode, kPackage, kRemote };

// "same processor", "SMT", "L3", "node", "package", "remote".
std::string_view distance_name(Distance distance);

class Topology {
 public:
  // This computer. Its allowed processors are those of the calling thread's affinity, so that
  // taskset and cgroups are respected: call it before threads are pinned. Throws UserError if
  // hwloc's environment variables put another machine in its place.
  static Topology host();

  // hwloc's synthetic description, for example "package:2 numa:2 l3:2 core:8 pu:2".
  // Throws UserError if hwloc does not understand it.
  static Topology from_synthetic(const std::string& description);

  // A file that `lstopo FILE.xml` wrote. Throws UserError if it is missing or something else.
  static Topology from_xml(const std::string& path);

  // Whether threads can be bound to these processors here.
  bool is_this_host() const;

  // The allowed processors' indices, ascending; never empty. By value from a temporary, so that a
  // loop over Topology::host().processors() is right.
  const std::vector<int>& processors() const& { return processors_; }
  std::vector<int> processors() && { return std::move(processors_); }

  // The same processors so that neighbours in the machine are neighbours here: the siblings of a
  // core, then the cores of an L3, and so on.
  const std::vector<ProcessorPlace>& in_machine_order() const& { return in_machine_order_; }
  std::vector<ProcessorPlace> in_machine_order() && { return std::move(in_machine_order_); }

  // By index of an allowed processor; throws std::out_of_range for any other.
  const ProcessorPlace& processor(int os_index) const;
  int core(int os_index) const { return processor(os_index).core; }
  int l3(int os_index) const { return processor(os_index).l3; }
  int node(int os_index) const { return processor(os_index).node; }
  int package(int os_index) const { return processor(os_index).package; }
  Distance distance(int os_index, int other_os_index) const;

  // How many the whole machine has, allowed or not; 0 where hwloc reports no such level.
  int package_count() const { return package_count_; }
  int node_count() const { return node_count_; }
  int l3_count() const { return l3_count_; }
  int core_count() const { return core_count_; }
  int processor_count() const { return processor_count_; }

  // The whole machine as hwloc's synthetic description, without memory sizes (in virtual machines
  // they can be wrong). Empty if the machine is too irregular for one.
  std::string synthetic() const;

 private:
  struct Destroy {
    void operator()(hwloc_topology* topology) const;
  };
  using Handle = std::unique_ptr<hwloc_topology, Destroy>;

  explicit Topology(Handle loaded);
  static Handle make_empty();
  void locate_processors();

  Handle handle_;
  std::vector<int> processors_;
  std::vector<ProcessorPlace> in_machine_order_;
  std::map<int, std::size_t> position_;  // Of a processor in in_machine_order_.
  int package_count_ = 0;
  int node_count_ = 0;
  int l3_count_ = 0;
  int core_count_ = 0;
  int processor_count_ = 0;
};

}  // namespace spinlab
