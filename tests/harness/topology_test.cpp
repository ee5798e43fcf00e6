// Topologies of described machines, and of this one as far as any host has the same facts.
#include "harness/topology.hpp"

#include <gmock/gmock.h>
#include <sched.h>
#include <stdlib.h>

#include <stdexcept>
#include <utility>

#include "harness/pinned_thread.hpp"
#include "tests/harness/user_error_of.hpp"
#include "tests/temporary_folder.hpp"

namespace spinlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Two packages of two and of one processor, without cores.
constexpr std::string_view kUnevenXml = R"(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE topology SYSTEM "hwloc2.dtd">
<topology version="2.0">
  <object type="Machine" os_index="0" cpuset="0x7" complete_cpuset="0x7" allowed_cpuset="0x7"
   nodeset="0x1" complete_nodeset="0x1" allowed_nodeset="0x1" gp_index="1">
    <object type="NUMANode" os_index="0" cpuset="0x7" complete_cpuset="0x7"
     nodeset="0x1" complete_nodeset="0x1" gp_index="2" local_memory="4096"/>
    <object type="Package" os_index="0" cpuset="0x3" complete_cpuset="0x3"
     nodeset="0x1" complete_nodeset="0x1" gp_index="3">
      <object type="PU" os_index="0" cpuset="0x1" complete_cpuset="0x1"
       nodeset="0x1" complete_nodeset="0x1" gp_index="4"/>
      <object type="PU" os_index="1" cpuset="0x2" complete_cpuset="0x2"
       nodeset="0x1" complete_nodeset="0x1" gp_index="5"/>
    </object>
    <object type="Package" os_index="1" cpuset="0x4" complete_cpuset="0x4"
     nodeset="0x1" complete_nodeset="0x1" gp_index="6">
      <object type="PU" os_index="2" cpuset="0x4" complete_cpuset="0x4"
       nodeset="0x1" complete_nodeset="0x1" gp_index="7"/>
    </object>
  </object>
</topology>
)";

TEST(HostTopology, HasTheProcessorsOfTheAffinity) {
  const Topology host = Topology::host();
  cpu_set_t affinity;
  ASSERT_EQ(sched_getaffinity(0, sizeof affinity, &affinity), 0);
  EXPECT_TRUE(host.is_this_host());
  EXPECT_EQ(host.processors().size(), static_cast<std::size_t>(CPU_COUNT(&affinity)));
  for (const int processor : host.processors()) EXPECT_TRUE(CPU_ISSET(processor, &affinity));
}

TEST(HostTopology, IsNarrowedByTheCallersAffinityButStaysTheSameMachine) {
  const Topology whole = Topology::host();
  const int last = whole.processors().back();
  std::vector<int> seen;
  int count = 0;
  PinnedThread thread(last, [&] {
    const Topology narrowed = Topology::host();
    seen = narrowed.processors();
    count = narrowed.processor_count();
  });
  thread.join();
  if (!thread.pinned()) GTEST_SKIP() << "pinning is refused here";
  EXPECT_THAT(seen, ElementsAre(last));
  EXPECT_EQ(count, whole.processor_count());
}

TEST(HostTopology, IsRefusedIfTheEnvironmentPutsAnotherMachineInItsPlace) {
  setenv("HWLOC_SYNTHETIC", "core:2 pu:1", 1);
  EXPECT_THAT(user_error_of([] { Topology::host(); }), HasSubstr("unset HWLOC_XMLFILE"));
  unsetenv("HWLOC_SYNTHETIC");
}

TEST(SyntheticTopology, IsNotThisHost) {
  EXPECT_FALSE(Topology::from_synthetic("package:1 core:1 pu:1").is_this_host());
}

TEST(SyntheticTopology, CountsItsObjects) {
  const Topology machine = Topology::from_synthetic("package:2 numa:2 l3:2 core:2 pu:2");
  EXPECT_EQ(machine.package_count(), 2);
  EXPECT_EQ(machine.node_count(), 4);
  EXPECT_EQ(machine.l3_count(), 8);
  EXPECT_EQ(machine.core_count(), 16);
  EXPECT_EQ(machine.processor_count(), 32);
  EXPECT_EQ(machine.processors().size(), 32U);
}

TEST(SyntheticTopology, KnowsTheObjectsAroundEachProcessor) {
  const Topology machine = Topology::from_synthetic("package:2 numa:2 l3:2 core:2 pu:2");
  for (const int processor : machine.processors()) {
    EXPECT_EQ(machine.core(processor), processor / 2);
    EXPECT_EQ(machine.l3(processor), processor / 4);
    EXPECT_EQ(machine.node(processor), processor / 8);
    EXPECT_EQ(machine.package(processor), processor / 16);
  }
}

TEST(SyntheticTopology, TellsDistancesByTheSmallestSharedObject) {
  const Topology machine = Topology::from_synthetic("package:2 numa:2 l3:2 core:2 pu:2");
  EXPECT_EQ(machine.distance(0, 0), Distance::kSameProcessor);
  EXPECT_EQ(machine.distance(0, 1), Distance::kSmt);
  EXPECT_EQ(machine.distance(0, 2), Distance::kL3);
  EXPECT_EQ(machine.distance(0, 4), Distance::kNode);
  EXPECT_EQ(machine.distance(0, 8), Distance::kPackage);
  EXPECT_EQ(machine.distance(0, 16), Distance::kRemote);
}

TEST(SyntheticTopology, PutsThePackageForAMissingL3ButNoSharedCache) {
  const Topology machine = Topology::from_synthetic("package:2 core:4 pu:2");
  EXPECT_EQ(machine.l3_count(), 0);
  EXPECT_EQ(machine.l3(0), machine.l3(7));
  EXPECT_NE(machine.l3(7), machine.l3(8));
  EXPECT_EQ(machine.distance(0, 7), Distance::kNode);
  EXPECT_EQ(machine.distance(7, 8), Distance::kRemote);
}

TEST(SyntheticTopology, KeepsSiblingsTogetherInMachineOrderWhereTheirIndicesAreFarApart) {
  const Topology machine = Topology::from_synthetic("package:1 core:2 pu:2(indexes=2*2:1*2)");
  std::vector<int> order;
  for (const ProcessorPlace& processor : machine.in_machine_order()) {
    order.push_back(processor.os_index);
  }
  EXPECT_THAT(order, ElementsAre(0, 2, 1, 3));
  EXPECT_THAT(machine.processors(), ElementsAre(0, 1, 2, 3));
}

TEST(SyntheticTopology, IsDescribedSoThatTheDescriptionMakesTheSameMachine) {
  const Topology machine = Topology::from_synthetic("package:2 l3:2 core:2 pu:2(indexes=2*8:1*2)");
  const Topology again = Topology::from_synthetic(machine.synthetic());
  EXPECT_EQ(again.synthetic(), machine.synthetic());
  EXPECT_EQ(again.in_machine_order()[1].os_index, 8);
  EXPECT_EQ(again.l3_count(), 4);
}

TEST(SyntheticTopology, HasADescriptionOfAnyLength) {
  // Siblings that no rule tells: hwloc has to list them all.
  std::string indexes;
  for (int core = 0; core < 200; ++core) {
    indexes.append(std::to_string(core)).append(1, ',');
    indexes.append(std::to_string(200 + core * 7 % 200)).append(1, ',');
  }
  indexes.pop_back();
  const Topology machine = Topology::from_synthetic("core:200 pu:2(indexes=" + indexes + ")");
  const Topology again = Topology::from_synthetic(machine.synthetic());
  EXPECT_GT(machine.synthetic().size(), 1000U);
  EXPECT_EQ(again.distance(199, 200 + 199 * 7 % 200), Distance::kSmt);
}

TEST(SyntheticTopology, HasNoMemorySizeInItsDescription) {
  EXPECT_THAT(Topology::from_synthetic("numa:2(memory=1GB) core:2 pu:1").synthetic(),
              testing::Not(HasSubstr("memory")));
}

TEST(SyntheticTopology, IsRefusedInOneLineThatShowsARightOne) {
  for (const std::string wrong : {"garbage", "", "pu:0", "package:2 core:", "package:2 [numa]"}) {
    testing::internal::CaptureStderr();
    const std::string error = user_error_of([&] { Topology::from_synthetic(wrong); });
    EXPECT_THAT(error, HasSubstr("'" + wrong + "' is no synthetic topology"));
    EXPECT_THAT(error, HasSubstr("package:2 numa:2"));
    EXPECT_THAT(error, testing::Not(HasSubstr("\n")));
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  }
}

TEST(XmlTopology, IsReadFromAFile) {
  const TemporaryFolder folder;
  const Topology machine = Topology::from_xml(folder.write("uneven.xml", kUnevenXml));
  EXPECT_FALSE(machine.is_this_host());
  EXPECT_EQ(machine.package_count(), 2);
  EXPECT_EQ(machine.package(1), 0);
  EXPECT_EQ(machine.package(2), 1);
}

TEST(XmlTopology, GivesEachProcessorACoreOfItsOwnWhereThereAreNone) {
  const TemporaryFolder folder;
  const Topology machine = Topology::from_xml(folder.write("uneven.xml", kUnevenXml));
  EXPECT_EQ(machine.core_count(), 0);
  EXPECT_NE(machine.core(0), machine.core(1));
  EXPECT_EQ(machine.distance(0, 1), Distance::kNode);
}

TEST(XmlTopology, HasNoSyntheticDescriptionIfItIsUneven) {
  const TemporaryFolder folder;
  EXPECT_EQ(Topology::from_xml(folder.write("uneven.xml", kUnevenXml)).synthetic(), "");
}

TEST(XmlTopology, IsRefusedIfTheFileIsMissing) {
  const TemporaryFolder folder;
  const std::string path = folder.path("missing.xml");
  EXPECT_THAT(user_error_of([&] { Topology::from_xml(path); }),
              HasSubstr("cannot read '" + path + "'"));
}

TEST(XmlTopology, IsRefusedInOneLineIfTheFileIsSomethingElse) {
  const TemporaryFolder folder;
  for (const std::string_view wrong : {"", "garbage", "<xml>", "<topology version=\"2.0\">"}) {
    const std::string path = folder.write("wrong.xml", wrong);
    testing::internal::CaptureStderr();
    const std::string error = user_error_of([&] { Topology::from_xml(path); });
    EXPECT_THAT(error, HasSubstr("is no topology that hwloc can read")) << wrong;
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << wrong;
  }
}

TEST(XmlTopology, IsRefusedWhereItWouldCrashHwloc) {
  const TemporaryFolder folder;
  std::string text(kUnevenXml);
  for (std::size_t at = 0; (at = text.find("complete_cpuset", at)) != text.npos;) text[at] = 'i';
  const std::string path = folder.write("incomplete.xml", text);
  testing::internal::CaptureStderr();
  EXPECT_THAT(user_error_of([&] { Topology::from_xml(path); }), HasSubstr("hwloc can read"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(XmlTopology, IsRefusedIfItIsOfAnotherVersion) {
  const TemporaryFolder folder;
  std::string text(kUnevenXml);
  text.replace(text.find("\"2.0\""), 5, "\"3.0\"");
  const std::string path = folder.write("new.xml", text);
  EXPECT_THAT(user_error_of([&] { Topology::from_xml(path); }), HasSubstr("hwloc can read"));
}

TEST(Topology, ThrowsForAProcessorThatItDoesNotHave) {
  const Topology machine = Topology::from_synthetic("core:2 pu:1");
  EXPECT_THROW(machine.core(2), std::out_of_range);
}

TEST(Topology, CanBeMoved) {
  Topology machine = Topology::from_synthetic("core:2 pu:1");
  const std::string description = machine.synthetic();
  const Topology moved = std::move(machine);
  EXPECT_EQ(moved.synthetic(), description);
  EXPECT_EQ(moved.processors().size(), 2U);
}

}  // namespace
}  // namespace spinlab
