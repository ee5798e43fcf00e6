// Four threads send through one adapter: two of them are the processors that its interrupts and
// DPCs run on; a device sends meanwhile, and the adapter is reset, paused and set up anew.
#include <gmock/gmock.h>

#include <array>
#include <thread>
#include <vector>

#include "tests/driver/host.hpp"

namespace spinlab {
namespace {

constexpr ULONG kSenders = 4;
constexpr ULONG kProcessors = 2;
constexpr ULONG kPackets = 4000;  // Of each sender.
constexpr ULONG kWindow = 12;     // Packets of a sender under way; together more than the ring has.
constexpr UCHAR kRefused = 3;     // The group that the filter keeps out at times.

struct Sender {
  std::array<Packet, kWindow> packets;
  std::array<std::atomic<int>, kPackets> received{};
  std::atomic<ULONG> sent = 0;
  std::atomic<ULONG> aborted = 0;
  ULONG next_sent = 0;  // Of the DPC, which runs on one processor.
};

class Load final : public Protocol {
 public:
  void complete(Packet& packet, bool sent) override {
    const Frame frame = packet.frame();
    Sender& sender = senders_[frame.sender];
    ++(sent ? sender.sent : sender.aborted);
    if (sent && frame.number < sender.next_sent) ++disorders_;
    if (sent) sender.next_sent = frame.number + 1;
    if (!packet.is_pending.exchange(false)) ++surplus_;
  }

  void run() {
    std::thread device([this] {
      while (!is_over_) host_.device().serve(4) == 0 ? std::this_thread::yield() : void();
    });
    std::vector<std::thread> threads;
    for (UCHAR number = 0; number < kSenders; ++number)
      threads.emplace_back([this, number] { send_all(number); });
    while (settled_ < kSenders) std::this_thread::yield();
    is_over_ = true;
    device.join();
    is_silent_ = true;
    for (std::thread& thread : threads) thread.join();
  }

  void expect_conservation() {
    const NIC_STATISTICS seen = NicQueryStatistics(host_.adapter());
    ULONG sent = 0, aborted = 0, received = 0, repeated = 0;
    for (const Sender& sender : senders_) {
      EXPECT_EQ(sender.sent + sender.aborted, kPackets);
      sent += sender.sent;
      aborted += sender.aborted;
      for (const auto& times : sender.received) {
        received += times > 0 ? 1 : 0;
        repeated += times > 1 ? 1 : 0;
      }
    }
    EXPECT_EQ(surplus_, 0) << "completed while nobody had sent it";
    EXPECT_EQ(disorders_, 0) << "sent packets that were completed after later ones";
    EXPECT_EQ(repeated, 0U) << "frames received twice";
    EXPECT_EQ(seen.Sent, sent);
    EXPECT_EQ(seen.Aborted, aborted);
    EXPECT_EQ(seen.Received, received);
    EXPECT_EQ(seen.BytesSent.QuadPart, static_cast<LONGLONG>(sent) * NIC_FRAME_SIZE);
    EXPECT_GE(host_.device().sent(), sent);
    EXPECT_EQ(host_.device().sent(), received + seen.Filtered + host_.device().dropped());
    expect_nothing_is_left();
  }

 private:
  // Every descriptor and receive buffer is where it was at the start.
  void expect_nothing_is_left() {
    ULONG transmit = 0, receive = 0;
    NicQueryRings(host_.adapter(), &transmit, &receive);
    EXPECT_EQ(transmit, 0U);
    EXPECT_EQ(receive, NIC_RING_ENTRIES);
    EXPECT_EQ(ExQueryDepthSList(&host_.adapter()->FreeDescriptors), NIC_RING_ENTRIES);
    EXPECT_TRUE(IsListEmpty(&host_.adapter()->WaitingPackets));
  }

  void send_all(UCHAR number) {
    Sender& sender = senders_[number];
    if (number < kProcessors) SpinlabBecomeProcessor();
    await([this] { return ++arrivals_, true; });
    await([this] { return arrivals_ >= kSenders; });  // Both processors are there.
    for (ULONG packet = 0; packet < kPackets; ++packet) {
      send(sender, number, packet);
      disturb(number, packet);
    }
    ++finished_;
    await([this] { return finished_ == kSenders && host_.has_settled(); });
    ++settled_;
    // Signals that the device sent at last are taken on the way out of a system call.
    await([this] { return is_silent_.load(); });
    std::this_thread::yield();
  }

  void send(Sender& sender, UCHAR number, ULONG packet) {
    Packet& next = sender.packets[packet % kWindow];
    await([&] { return !next.is_pending; });
    next.set({static_cast<UCHAR>(packet % 5), number, packet});
    if (NicSend(host_.adapter(), &next) != STATUS_SUCCESS) ++surplus_;
  }

  // What other parts of the system do to an adapter meanwhile; each sender is one of them.
  void disturb(UCHAR number, ULONG packet) {
    NIC_ADAPTER* const adapter = host_.adapter();
    const NIC_CONFIGURATION configuration{NIC_FRAME_SIZE, 1 + packet % 2};
    ULONG transmit = 0, receive = 0;
    if (number == 0 && packet % 3 == 2) NicQueryRings(adapter, &transmit, &receive);
    if (number == 1 && packet % 5 == 4) NicSetConfiguration(adapter, &configuration);
    if (number == 1 && packet % 7 == 6)
      NicSetFilter(adapter, packet % 2 == 0 ? ~0U : ~(1U << kRefused));
    if (number == 2 && packet % 9 == 8) NicPause(adapter);
    if (number == 2 && packet % 9 == 8) NicRestart(adapter);
    if (number == 3 && packet % 50 == 49) NicReset(adapter);  // Beside the DPC: no processor.
  }

  // Receives what comes meanwhile.
  template <class Condition>
  void await(Condition holds) {
    while (!holds()) {
      Packet packet;
      while (NicReceive(host_.adapter(), packet.bytes.data()) != FALSE)
        ++senders_[packet.frame().sender].received[packet.frame().number];
      std::this_thread::yield();
    }
  }

  std::array<Sender, kSenders> senders_;
  std::atomic<int> surplus_ = 0;
  std::atomic<int> disorders_ = 0;
  std::atomic<ULONG> arrivals_ = 0;
  std::atomic<ULONG> finished_ = 0;
  std::atomic<ULONG> settled_ = 0;
  std::atomic<bool> is_over_ = false;
  std::atomic<bool> is_silent_ = false;
  Host host_{*this, kProcessors};
};

TEST(DriverUnderLoad, CompletesEveryPacketOfFourThreadsOnceAndInOrder) {
  Load load;
  load.run();
  load.expect_conservation();
}

}  // namespace
}  // namespace spinlab
