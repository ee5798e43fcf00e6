// The device behind isr_dpc: every packet is delivered, dropped, or waits; and who loses one is
// caught.
#include "harness/device.hpp"

#include <gtest/gtest.h>

#include <map>

#include "algorithms/ticket_lock.hpp"
#include "harness/contestants.hpp"
#include "harness/device_door.hpp"
#include "harness/interface_access.hpp"
#include "harness/topology.hpp"
#include "harness/window.hpp"
#include "tests/harness/allowed_processors.hpp"

namespace spinlab {
namespace {

TEST(PacketRing, KeepsTheOrderAndNoMoreThanItHolds) {
  PacketRing ring;
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t number = 0; number < PacketRing::kSlots; ++number)
      EXPECT_TRUE(ring.put(number));
    EXPECT_FALSE(ring.put(17));
    EXPECT_EQ(ring.waiting()->packets, PacketRing::kSlots);
    std::uint64_t number = 0;
    for (std::uint64_t wanted = 0; wanted < PacketRing::kSlots; ++wanted) {
      EXPECT_TRUE(ring.take(number));
      EXPECT_EQ(number, wanted);
    }
    EXPECT_FALSE(ring.take(number));
  }
}

// One packet in the ring, one in the queue, one delivered, one dropped on each side of the ring.
class Conservation : public testing::Test {
 protected:
  Conservation() {
    spinlab_fill_queue(queue_.get(), 0);
    for (std::uint64_t number = 1; number <= 5; ++number) books_.sent.add(number);
    books_.overrun.add(1);
    books_.dropped.add(2);
    books_.delivered.add(3);
    spinlab_enqueue(queue_.get(), 4);
    ring_.put(5);
  }
  bool is_kept() const { return is_conserved(books_, ring_, *queue_); }

  ProcessorBooks books_;
  PacketRing ring_;
  std::unique_ptr<spinlab_packet_queue> queue_ = std::make_unique<spinlab_packet_queue>();
};

TEST_F(Conservation, HoldsIfEveryPacketIsSomewhere) { EXPECT_TRUE(is_kept()); }

TEST_F(Conservation, MissesAPacketOfTheRing) {
  std::uint64_t number = 0;
  ring_.take(number);
  EXPECT_FALSE(is_kept());
}

TEST_F(Conservation, MissesAPacketOfTheQueue) {
  std::uint64_t number = 0;
  spinlab_dequeue(queue_.get(), &number);
  EXPECT_FALSE(is_kept());
}

TEST_F(Conservation, SeesThatOnePacketCameTwiceAndAnotherIsLost) {
  std::uint64_t number = 0;
  spinlab_dequeue(queue_.get(), &number);
  books_.delivered.add(3);
  EXPECT_FALSE(is_kept());
}

WindowRunner make_runner(const spinlab_door& door, int threads, bool lock_per_thread = false) {
  return WindowRunner({.door = &door,
                       .workload = find_workload("isr_dpc"),
                       .threads = threads,
                       .lock_per_thread = lock_per_thread},
                      allowed_processors(threads));
}

std::map<std::string, double> counters_of(const WindowMetrics& metrics) {
  return {metrics.counters.begin(), metrics.counters.end()};
}

using InterfaceAndThreads = std::tuple<const char*, int>;
class Device : public testing::TestWithParam<InterfaceAndThreads> {
 protected:
  const spinlab_door& door(const char* lock) const {
    return *find_entrant(lock).door(std::get<0>(GetParam()), find_workload("isr_dpc"));
  }
  int threads() const { return std::get<1>(GetParam()); }
};

// Windows follow each other on one device: what one leaves in it, the next one finds.
TEST_P(Device, ConservesItsPacketsFromWindowToWindow) {
  WindowRunner runner = make_runner(door("mcs"), threads());
  for (int window = 0; window < 5; ++window) {
    const WindowMetrics metrics = runner.run({.window_ms = 2});
    EXPECT_FALSE(metrics.exclusion_violated);
    const auto counters = counters_of(metrics);
    EXPECT_GT(counters.at("packets_per_dpc"), 0);
    EXPECT_LE(counters.at("packets_dropped_share"), 1);
    EXPECT_GE(counters.at("packets_per_second"), 0);
  }
}

TEST_P(Device, ConservesThemWithADeviceForEachThread) {
  const WindowMetrics metrics = make_runner(door("clh"), threads(), true).run({.window_ms = 2});
  EXPECT_FALSE(metrics.exclusion_violated);
  EXPECT_EQ(counters_of(metrics).at("packets_dropped_share"), 0);
}

TEST_P(Device, ConservesThemWhileReadersThink) {
  WindowRunner runner = make_runner(door("tas"), threads());
  EXPECT_FALSE(runner.run({.window_ms = 2, .think_ns = 500}).exclusion_violated);
}

INSTANTIATE_TEST_SUITE_P(All, Device,
                         testing::Combine(testing::Values("ke", "ndis", "instack"),
                                          testing::Values(1, 2, 3)),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param)) +
                                  std::to_string(std::get<1>(test.param));
                         });

TEST(DeviceDoors, AreThoseOfLocksThroughInterfacesWithInterrupts) {
  const Workload& workload = find_workload("isr_dpc");
  for (const Entrant& entrant : entrants()) {
    const bool is_lock = entrant.contestant.kind == kKindLock;
    for (const char* interface : {"ke", "ndis", "instack"})
      EXPECT_EQ(entrant.door(interface, workload) != nullptr, is_lock) << entrant.contestant.name;
    EXPECT_EQ(entrant.door("direct", workload), nullptr) << entrant.contestant.name;
  }
}

#ifndef SPINLAB_THREAD_SANITIZER  // It sees these races itself, and ends the test.
// Excludes nobody.
template <class M>
struct OpenLock : TicketLock<M> {
  using Node = typename TicketLock<M>::Node;
  void acquire(Node&) {}
  void release(Node&) {}
};

// The queue is safe, the ring is not: nothing but the packets can tell.
struct OpenInterrupts : KeAccess<TicketLock> {
  using Interrupts = spinlab::Interrupts<OpenLock, Native>;
  static void synchronize(KINTERRUPT* interrupt, PKSYNCHRONIZE_ROUTINE routine, void* context) {
    Interrupts::synchronize(interrupt, routine, context);
  }
};

bool is_caught(const spinlab_door& door) {
  // Beside other tests a window may have had one thread at a time: some window must not.
  for (int window = 0; window < 200; ++window) {
    if (make_runner(door, 2).run({.window_ms = 5}).exclusion_violated) return true;
  }
  return false;
}

TEST(BrokenDevice, WithALockThatExcludesNobodyIsCaught) {
  if (Topology::host().processors().size() < 2) GTEST_SKIP() << "needs two processors";
  EXPECT_TRUE(is_caught(make_device_door<KeAccess<OpenLock>>("ke")));
  EXPECT_TRUE(is_caught(make_device_door<NdisAccess<OpenLock>>("ndis")));
  EXPECT_TRUE(is_caught(make_device_door<InStackAccess<OpenLock>>("instack")));
}

TEST(BrokenDevice, WithAnOpenRingIsCaughtByThePackets) {
  if (Topology::host().processors().size() < 2) GTEST_SKIP() << "needs two processors";
  EXPECT_TRUE(is_caught(make_device_door<OpenInterrupts>("ke")));
}
#endif

}  // namespace
}  // namespace spinlab
