#include "harness/topology.hpp"

#include <hwloc.h>
#include <hwloc/linux.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "harness/input_file.hpp"
#include "harness/synthetic_description.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

// Beyond any machine. hwloc takes seconds for so many children of one object, and 64 times as long
// for four times as many.
constexpr std::uint64_t kMostProcessorsDescribed = 4096;

struct FreeBitmap {
  void operator()(hwloc_bitmap_t bitmap) const { hwloc_bitmap_free(bitmap); }
};
using Bitmap = std::unique_ptr<hwloc_bitmap_s, FreeBitmap>;

// A machine of which hwloc reports no such object at all counts 0; -1 is its word for "at several
// depths", which these types never are.
int count_of(hwloc_topology_t topology, hwloc_obj_type_t type) {
  return std::max(0, hwloc_get_nbobjs_by_type(topology, type));
}

Bitmap allowed_processors(hwloc_topology_t topology) {
  Bitmap allowed(hwloc_bitmap_dup(hwloc_topology_get_allowed_cpuset(topology)));
  if (hwloc_topology_is_thissystem(topology) == 0) return allowed;
  const Bitmap affinity(hwloc_bitmap_alloc());
  constexpr pid_t kCallingThread = 0;
  if (hwloc_linux_get_tid_cpubind(topology, kCallingThread, affinity.get()) == 0) {
    hwloc_bitmap_and(allowed.get(), allowed.get(), affinity.get());
  }
  return allowed;
}

int number_around(hwloc_topology_t topology, hwloc_obj_t processor, hwloc_obj_type_t type,
                  int fallback) {
  const hwloc_obj_t around = hwloc_get_ancestor_obj_by_type(topology, type, processor);
  return around != nullptr ? static_cast<int>(around->logical_index)
                           : count_of(topology, type) + fallback;
}

// Memory hangs beside the tree, so a processor's node is found by its set; the first one where
// there are several (fast memory is listed after the plain one).
int node_around(hwloc_topology_t topology, hwloc_obj_t processor, int fallback) {
  hwloc_obj_t node = nullptr;
  while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node)) != nullptr) {
    if (hwloc_bitmap_isset(node->cpuset, processor->os_index) != 0) {
      return static_cast<int>(node->logical_index);
    }
  }
  return count_of(topology, HWLOC_OBJ_NUMANODE) + fallback;
}

// hwloc's guess of the memory size is no fact about processors, and wrong in some virtual
// machines; without it equal machines have equal descriptions.
void forget_memory_sizes(hwloc_topology_t topology) {
  hwloc_obj_t node = nullptr;
  while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node)) != nullptr) {
    node->attr->numanode.local_memory = 0;
  }
}

// Whether the claim holds; false, too, if finding out crashes or takes seconds. hwloc trusts a file
// to be complete: one without complete_cpuset ends the process.
template <class Claim>
bool holds_in_a_child(Claim claim) {
  constexpr unsigned kPatienceSeconds = 10;
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "no further process");
  if (child == 0) {
    // What hwloc would print of a file is for its developers.
    if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(1);
    std::signal(SIGALRM, SIG_DFL);
    alarm(kPatienceSeconds);
    bool holds = false;
    try {
      holds = claim();
    } catch (...) {
    }
    _exit(holds ? 0 : 1);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status == 0;
}

// hwloc asks with an ever larger set until the system takes it: for ever, if the system refuses.
void require_known_affinity() {
  constexpr std::size_t kMostProcessors = std::size_t{1} << 20;
  std::vector<std::byte> set(kMostProcessors / CHAR_BIT);
  constexpr pid_t kCallingThread = 0;
  if (sched_getaffinity(kCallingThread, set.size(), reinterpret_cast<cpu_set_t*>(set.data())) ==
      0) {
    return;
  }
  throw UserError(std::string("this system does not say which processors are allowed "
                              "(sched_getaffinity: ") +
                  std::strerror(errno) + "); run outside of the sandbox that refuses it");
}

}  // namespace

std::string_view distance_name(Distance distance) {
  constexpr std::array<std::string_view, 6> kNames{"same processor", "SMT",     "L3",
                                                   "node",           "package", "remote"};
  return kNames.at(static_cast<std::size_t>(distance));
}

void Topology::Destroy::operator()(hwloc_topology* topology) const {
  hwloc_topology_destroy(topology);
}

Topology::Handle Topology::make_empty() {
  require_known_affinity();
  // hwloc prints some errors by itself; ours say the same in one line. It looks once.
  setenv("HWLOC_HIDE_ERRORS", "2", /*overwrite=*/0);
  hwloc_topology_t topology = nullptr;
  if (hwloc_topology_init(&topology) != 0)
    throw UserError("hwloc does not start; is there memory?");
  Handle handle(topology);
  // The whole machine, with the allowed set beside it: what a machine is does not depend on the
  // part of it that a container may use.
  hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
  return handle;
}

Topology Topology::host() {
  Handle handle = make_empty();
  if (hwloc_topology_load(handle.get()) != 0) {
    throw UserError(
        "hwloc cannot read this computer's topology; is /sys there, and HWLOC_COMPONENTS not set?");
  }
  // hwloc obeys its environment variables even here, and binding to another machine's processors
  // silently does nothing.
  if (hwloc_topology_is_thissystem(handle.get()) == 0) {
    throw UserError(
        "the environment has hwloc describe another machine than this; unset HWLOC_XMLFILE, "
        "HWLOC_SYNTHETIC and HWLOC_FSROOT");
  }
  return Topology(std::move(handle));
}

Topology Topology::from_synthetic(const std::string& description) {
  const auto processors = processors_described(description);
  if (processors && *processors > kMostProcessorsDescribed) {
    throw UserError("'" + description + "' describes too many processors; at most " +
                    std::to_string(kMostProcessorsDescribed));
  }
  Handle handle = make_empty();
  if (!processors || hwloc_topology_set_synthetic(handle.get(), description.c_str()) != 0 ||
      hwloc_topology_load(handle.get()) != 0) {
    throw UserError("'" + description +
                    "' is no synthetic topology that hwloc understands; one is "
                    "'package:2 numa:2 l3:2 core:8 pu:2'");
  }
  return Topology(std::move(handle));
}

Topology Topology::from_xml(const std::string& path) {
  read_input_file(path, "a topology file is what 'lstopo FILE.xml' writes");  // Or refuses.
  const auto load = [&path] {
    Handle handle = make_empty();
    const bool loaded = hwloc_topology_set_xml(handle.get(), path.c_str()) == 0 &&
                        hwloc_topology_load(handle.get()) == 0;
    return loaded ? std::move(handle) : nullptr;
  };
  const auto is_loadable = [&load] {
    Handle handle = load();
    return handle != nullptr && !Topology(std::move(handle)).processors().empty();
  };
  if (!holds_in_a_child(is_loadable)) {
    throw UserError("'" + path +
                    "' is no topology that hwloc can read; 'lstopo FILE.xml' writes one");
  }
  return Topology(load());
}

Topology::Topology(Handle loaded) : handle_(std::move(loaded)) {
  hwloc_topology_t topology = handle_.get();
  package_count_ = count_of(topology, HWLOC_OBJ_PACKAGE);
  node_count_ = count_of(topology, HWLOC_OBJ_NUMANODE);
  l3_count_ = count_of(topology, HWLOC_OBJ_L3CACHE);
  core_count_ = count_of(topology, HWLOC_OBJ_CORE);
  processor_count_ = count_of(topology, HWLOC_OBJ_PU);
  forget_memory_sizes(topology);
  locate_processors();
}

// hwloc numbers processors along its tree, so its logical order is the machine's order.
void Topology::locate_processors() {
  hwloc_topology_t topology = handle_.get();
  const Bitmap allowed = allowed_processors(topology);
  hwloc_obj_t found = nullptr;
  while ((found = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, found)) != nullptr) {
    if (hwloc_bitmap_isset(allowed.get(), found->os_index) == 0) continue;
    ProcessorPlace processor;
    processor.os_index = static_cast<int>(found->os_index);
    processor.package = number_around(topology, found, HWLOC_OBJ_PACKAGE, 0);
    processor.node = node_around(topology, found, processor.package);
    processor.l3 = number_around(topology, found, HWLOC_OBJ_L3CACHE, processor.package);
    processor.core = number_around(topology, found, HWLOC_OBJ_CORE, processor.os_index);
    position_.emplace(processor.os_index, in_machine_order_.size());
    in_machine_order_.push_back(processor);
  }
  if (in_machine_order_.empty())
    throw UserError(
        "hwloc finds no processor that may be used; are HWLOC_COMPONENTS and HWLOC_THISSYSTEM "
        "set?");
  for (const auto& [os_index, position] : position_) processors_.push_back(os_index);
}

bool Topology::is_this_host() const { return hwloc_topology_is_thissystem(handle_.get()) != 0; }

const ProcessorPlace& Topology::processor(int os_index) const {
  return in_machine_order_[position_.at(os_index)];
}

Distance Topology::distance(int os_index, int other_os_index) const {
  const ProcessorPlace& one = processor(os_index);
  const ProcessorPlace& other = processor(other_os_index);
  if (one.os_index == other.os_index) return Distance::kSameProcessor;
  if (one.core == other.core) return Distance::kSmt;
  // Past the real ones are the substitutes, which are no caches that a line could stay in.
  if (one.l3 == other.l3 && one.l3 < l3_count_) return Distance::kL3;
  if (one.package != other.package) return Distance::kRemote;
  return one.node == other.node ? Distance::kNode : Distance::kPackage;
}

std::string Topology::synthetic() const {
  std::string text(256, '\0');
  for (;;) {
    const int length =
        hwloc_topology_export_synthetic(handle_.get(), text.data(), text.size(), /*flags=*/0);
    if (length < 0) return {};
    const bool fitted = static_cast<std::size_t>(length) < text.size();
    text.resize(static_cast<std::size_t>(length) + (fitted ? 0 : 1));
    if (fitted) return text;
  }
}

}  // namespace spinlab
