// Model: the numbers of a simulated machine, as the simulation uses them.
//
// Everything is whole, so that every host computes the same. Times are in ticks of 0.1 ns.
// A processor is a hardware thread with a cache of its own: siblings exchange lines, too, at the
// price of their class. Threads: a model is not changed while simulations use it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace spinlab::simulated {

using Ticks = std::uint64_t;
inline constexpr Ticks kTicksPerNs = 10;
inline constexpr std::uint32_t kMostProcessors = 512;

// How caches share a line that one of them has written.
enum class Protocol : std::uint8_t {
  kMesi,   // A reader's copy comes from the nearest copy.
  kMesif,  // From the last reader, as long as it has it.
  kMoesi,  // From the one that wrote, as long as it has it.
};

// What a line's way from one processor to another costs; pairs of processors are of one class.
struct LatencyClass {
  std::string name;
  Ticks ticks = 0;
  Ticks far_home_ticks = 0;  // When the line's home is in another package than the requester.
};

struct Model {
  std::uint32_t processors = 1;
  // Of each processor: the package around it, and its NUMA node, both from 0 without gaps.
  std::vector<std::uint16_t> package{0};
  std::vector<std::uint16_t> node{0};
  // Ascending by ticks. `class_between` is symmetric, processors x processors; the diagonal is not
  // read.
  std::vector<LatencyClass> classes{{"core", 600, 600}};
  std::vector<std::uint8_t> class_between{0};

  Protocol protocol = Protocol::kMesi;
  Ticks load_hit = 10;
  Ticks store_hit = 10;
  Ticks rmw = 50;              // A read-modify-write on a line that is there; added to a transfer.
  Ticks operation = 0;         // Local work that goes with each access: addresses, tests, branches.
  Ticks pause = 0;             // One unit of M::relax().
  Ticks memory = 900;          // A line that no cache has.
  Ticks read_occupancy = 100;  // How long a read miss keeps the line from the next.
  Ticks invalidate = 0;        // A write miss pays it for each sharer after the first.
  std::uint32_t hold_percent = 0;  // Of a transfer, until the line leaves its old owner.
  // A transfer takes its latency, more or less up to this; and the line leaves its old owner so much
  // of the transfer earlier or later, drawn by itself.
  std::uint32_t jitter_percent = 0;
  bool migratory = false;    // A read of a line that its owner has written takes it over.
  bool write_first = false;  // Reads that wait for a line let writes go first.

  // More threads than processors. Without a quantum a thread runs until it parks or ends.
  Ticks quantum = 0;
  Ticks switch_cost = 0;  // From one thread to another on a processor.
  Ticks wake_cost =
      0;  // What wake() costs its caller for each thread, and that one until it goes on.
};

}  // namespace spinlab::simulated
