// A driver's transmit and receive queues, written for Windows, over whatever lock SPINLAB_BACKEND
// names.
#include <gmock/gmock.h>

#include <array>
#include <deque>
#include <thread>
#include <vector>

#include "tests/driver/host.hpp"

namespace spinlab {
namespace {

// One thread that sends, is processor 0, and calls the device when it should work.
class Driver : public testing::Test, public Protocol {
 protected:
  struct Completion {
    ULONG number;
    bool sent;
    KIRQL irql;
    bool operator==(const Completion&) const = default;
  };

  Driver() { EXPECT_EQ(SpinlabBecomeProcessor(), 0U); }
  ~Driver() override { SpinlabLeaveProcessor(); }

  void complete(Packet& packet, bool sent) override {
    EXPECT_TRUE(packet.is_pending.exchange(false));
    completions_.push_back({packet.frame().number, sent, KeGetCurrentIrql()});
  }
  void send(ULONG count, UCHAR group = 0) {
    for (ULONG number = 0; number < count; ++number) {
      Packet& packet = packets_.emplace_back();
      packet.set({group, 0, next_number_++});
      ASSERT_EQ(NicSend(adapter(), &packet), STATUS_SUCCESS);
      EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    }
  }
  std::vector<ULONG> receive() {
    std::vector<ULONG> numbers;
    Packet packet;
    while (NicReceive(adapter(), packet.bytes.data()) != FALSE)
      numbers.push_back(packet.frame().number);
    return numbers;
  }
  // As many as the device has, `sent` and at this level, in order.
  void expect_completions(ULONG count, bool sent, KIRQL irql) {
    ASSERT_EQ(completions_.size(), count);
    for (ULONG number = 0; number < count; ++number)
      EXPECT_EQ(completions_[number], (Completion{number, sent, irql})) << number;
  }
  NIC_ADAPTER* adapter() { return host_.adapter(); }

  Host host_{*this, 1};
  std::deque<Packet> packets_;
  std::vector<Completion> completions_;
  ULONG next_number_ = 0;
};

TEST_F(Driver, CompletesAPacketFromItsDpcAndReceivesItsFrame) {
  send(1);
  EXPECT_THAT(completions_, testing::IsEmpty());
  EXPECT_EQ(host_.device().serve(9), 1U);
  expect_completions(1, true, DISPATCH_LEVEL);
  EXPECT_THAT(receive(), testing::ElementsAre(0));
  const NIC_STATISTICS seen = NicQueryStatistics(adapter());
  EXPECT_EQ(seen.Sent, 1U);
  EXPECT_EQ(seen.Received, 1U);
  EXPECT_EQ(seen.Interrupts, 1U);
  EXPECT_EQ(seen.BytesSent.QuadPart, NIC_FRAME_SIZE);
}

TEST_F(Driver, KeepsPacketsWhileTheRingIsFullAndSendsThemInOrder) {
  constexpr ULONG kMore = 2 * NIC_RING_ENTRIES + 1;
  send(kMore);
  ULONG transmit = 0, receive = 0;
  NicQueryRings(adapter(), &transmit, &receive);
  EXPECT_EQ(transmit, NIC_RING_ENTRIES);
  EXPECT_EQ(receive, NIC_RING_ENTRIES);
  EXPECT_EQ(host_.device().serve(1000), kMore);
  expect_completions(kMore, true, DISPATCH_LEVEL);
  EXPECT_EQ(host_.device().dropped(), kMore - NIC_RING_ENTRIES);
}

TEST_F(Driver, GivesEveryPacketBackWhenItIsReset) {
  constexpr ULONG kMore = NIC_RING_ENTRIES + 4;
  send(kMore);
  NicReset(adapter());
  expect_completions(kMore, false, PASSIVE_LEVEL);
  EXPECT_EQ(host_.device().serve(1000), 0U);
  EXPECT_EQ(NicQueryStatistics(adapter()).Aborted, kMore);
  EXPECT_EQ(ExQueryDepthSList(&adapter()->FreeDescriptors), NIC_RING_ENTRIES);
  send(1);
  host_.device().serve(1000);
  EXPECT_EQ(completions_.back(), (Completion{kMore, true, DISPATCH_LEVEL}));
}

TEST_F(Driver, KeepsPacketsWhileItIsPaused) {
  NicPause(adapter());
  EXPECT_FALSE(NicQueryLink(adapter()).IsUp);
  send(2);
  EXPECT_EQ(host_.device().serve(1000), 0U);
  NicRestart(adapter());
  EXPECT_TRUE(NicQueryLink(adapter()).IsUp);
  EXPECT_EQ(host_.device().serve(1000), 2U);
  expect_completions(2, true, DISPATCH_LEVEL);
}

TEST_F(Driver, GivesFramesBackThatTheFilterKeepsOut) {
  NicSetFilter(adapter(), 1U << 3);
  for (ULONG round = 0; round < 2 * NIC_RING_ENTRIES; ++round) {
    send(1, 2);
    host_.device().serve(1);
  }
  EXPECT_EQ(NicQueryStatistics(adapter()).Filtered, 2U * NIC_RING_ENTRIES);
  send(1, 3);
  host_.device().serve(1);
  EXPECT_THAT(receive(), testing::ElementsAre(2 * NIC_RING_ENTRIES));
}

TEST_F(Driver, RefusesPacketsWhoseLengthIsNotConfigured) {
  const NIC_CONFIGURATION configuration{20, 10};
  NicSetConfiguration(adapter(), &configuration);
  Packet packet;
  for (const ULONG length : {9U, 21U}) {
    packet.Length = length;
    EXPECT_EQ(NicSend(adapter(), &packet), STATUS_INVALID_PARAMETER);
  }
  EXPECT_EQ(host_.outstanding(), 0);
}

}  // namespace
}  // namespace spinlab
