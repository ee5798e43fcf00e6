#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/build_facts.hpp"
#include "harness/commit.hpp"
#include "harness/contestants.hpp"
#include "harness/context.hpp"
#include "machines/native/fingerprint.hpp"

namespace spinlab {
namespace {

using Json = nlohmann::ordered_json;

Json contestants_array() {
  Json array = Json::array();
  for (const Entrant& entrant : entrants()) {
    const Contestant& c = entrant.contestant;
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

}  // namespace

std::string contestants_json() { return contestants_array().dump(2) + "\n"; }

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
  context["contestants"] = contestants_array();
  return context.dump(2);
}

}  // namespace spinlab
