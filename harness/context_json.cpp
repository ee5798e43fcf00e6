#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "harness/build_facts.hpp"
#include "harness/commit.hpp"
#include "harness/contestants.hpp"
#include "harness/context.hpp"
#include "machines/native/fingerprint.hpp"

namespace spinlab {
namespace {

using Json = nlohmann::ordered_json;

using IsWanted = std::function<bool(const std::string& name)>;

Json contestants_array(const IsWanted& is_wanted) {
  Json array = Json::array();
  for (const Entrant& entrant : entrants()) {
    const Contestant& c = entrant.contestant;
    if (!is_wanted(c.name)) continue;
    array.push_back({{"name", c.name},
                     {"title", c.title},
                     {"family", c.family},
                     {"source", c.source},
                     {"year", c.year},
                     {"fairness", c.fairness},
                     {"words", c.words},
                     {"node", c.node},
                     {"kind", c.kind}});
  }
  return array;
}

std::string kernel() {
  utsname name{};
  uname(&name);
  return std::string(name.sysname) + " " + name.release;
}

// Virtual machines and containers mostly have none.
std::string governor() {
  std::ifstream file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  std::string name;
  return std::getline(file, name) ? name : "unknown";
}

std::string host_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

bool every_one(const std::string&) { return true; }

}  // namespace

std::string contestants_json() { return contestants_array(every_one).dump(2) + "\n"; }

std::string context_json(const Topology& topology, const ContextFacts& facts) {
  Json context{{"format", kResultsFormat},
               {"machine", "native"},
               {"processor", host_facts().model},
               {"fingerprint", host_fingerprint()},
               {"topology", topology.synthetic()},
               {"processors", topology.processors().size()},
               {"kernel", kernel()},
               {"compiler", kCompiler},
               {"flags", kCompileFlags},
               {"fit_for_measuring", kOptimised && !kSanitized},
               {"governor", governor()},
               {"commit", kCommit},
               {"seed", facts.seed},
               {"processes", facts.processes},
               {"repetitions", facts.repetitions},
               {"window_ms", facts.window_ms},
               {"host", {{"name", host_name()}}}};
  if (!facts.calibration_json.empty()) {
    context["calibration"] = Json::parse(facts.calibration_json);
  }
  context["contestants"] = contestants_array(every_one);
  return context.dump(2);
}

// FNV-1a, 64 bits.
std::string simulated_fingerprint(const TopologyFile& file, const Topology& topology, int home) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  // A file may only name another one that describes the shape.
  for (const char byte : to_json_text(file) + topology.synthetic()) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001B3U;
  }
  return fmt::format("simulated-{}-home-{}-{:016x}", file.name, home, hash);
}

std::string simulated_context_json(const TopologyFile& file, const Topology& topology,
                                   const SimulatedContextFacts& facts) {
  const auto is_wanted = [&facts](const std::string& name) {
    return std::ranges::find(facts.locks, name) != facts.locks.end();
  };
  const Json context{{"format", kResultsFormat},
                     {"machine", "simulated"},
                     {"processor", file.processor},
                     {"fingerprint", simulated_fingerprint(file, topology, facts.home)},
                     {"topology", topology.synthetic()},
                     {"topology_name", file.name},
                     {"processors", topology.processors().size()},
                     {"fit_for_measuring", true},
                     {"seed", facts.seed},
                     {"processes", facts.draws},
                     {"repetitions", facts.repetitions},
                     {"window_ms", facts.window_ms},
                     {"home", facts.home},
                     {"topology_file", Json::parse(to_json_text(file))},
                     {"host",
                      {{"name", host_name()},
                       {"processor", host_facts().model},
                       {"kernel", kernel()},
                       {"compiler", kCompiler},
                       {"flags", kCompileFlags},
                       {"commit", kCommit},
                       {"jobs", facts.jobs},
                       {"simulated_operations_per_second", facts.simulated_operations_per_second}}},
                     {"contestants", contestants_array(is_wanted)}};
  return context.dump(2);
}

}  // namespace spinlab
