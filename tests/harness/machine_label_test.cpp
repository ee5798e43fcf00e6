// What tells a simulated machine from a host, and from another simulated one.
#include "harness/machine_label.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "harness/context.hpp"
#include "machines/native/fingerprint.hpp"

namespace spinlab {
namespace {

std::string fingerprint(const std::string& topology_name, int home) {
  const TopologyFile file = find_topology(topology_name);
  return simulated_fingerprint(file, file.topology(), home);
}

TEST(MachineLabel, StandsOnEveryLineAndOnEmptyOnes) {
  EXPECT_EQ(simulated_lines("a-1x4", "one\n\ntwo\n"),
            "simulated a-1x4 | one\nsimulated a-1x4 |\nsimulated a-1x4 | two\n");
}

TEST(MachineLabel, EndsALineThatHadNoEnd) {
  EXPECT_EQ(simulated_lines("a-1x4", "one"), "simulated a-1x4 | one\n");
}

TEST(MachineLabel, StandsOnNoLineOfNativeResults) {
  Results results;
  results.machine = "native";
  results.topology = "Core:4";
  EXPECT_EQ(machine_lines(results, "one\n"), "one\n");
}

TEST(MachineLabel, NamesTheShapeOfATopologyWithoutAName) {
  Results results;
  results.machine = "simulated";
  results.topology = "Core:4";
  EXPECT_EQ(machine_lines(results, "one\n"), "simulated Core:4 | one\n");
}

// As fingerprint_of() writes it, whatever the model is called.
TEST(SimulatedFingerprint, IsNeverAHosts) {
  const std::regex of_a_host(".*, [0-9]+ sockets?, [0-9]+ processors?");
  EXPECT_TRUE(std::regex_match(
      fingerprint_of({.model = "simulated-a", .sockets = 2, .processors = 1}), of_a_host));
  for (const TopologyFile& file : shipped_topologies()) {
    EXPECT_FALSE(std::regex_match(simulated_fingerprint(file, file.topology(), 0), of_a_host));
  }
}

TEST(SimulatedFingerprint, TellsMachinesTheirCostsAndTheLocksHomeApart) {
  const std::string one = fingerprint("epyc-7742-2x64", 0);
  EXPECT_EQ(one, fingerprint("epyc-7742-2x64", 0));
  EXPECT_NE(one, fingerprint("epyc-7702-2x64", 0));
  EXPECT_NE(one, fingerprint("epyc-7742-2x64", 1));
  TopologyFile slower = find_topology("epyc-7742-2x64");
  slower.rmw.p95 += 1;
  EXPECT_NE(one, simulated_fingerprint(slower, slower.topology(), 0));
}

TEST(SimulatedFingerprint, TellsShapesApartThatFilesOnlyName) {
  const TopologyFile file = find_topology("epyc-7742-2x64");
  EXPECT_NE(simulated_fingerprint(file, file.topology(), 0),
            simulated_fingerprint(file, Topology::from_synthetic("package:2 core:4 pu:1"), 0));
}

}  // namespace
}  // namespace spinlab
