// Every function of the driver, in the same order each time; under the verifier, ends with status 1
// at the first misuse.
#include <spinlab_verifier.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <latch>
#include <thread>

#include "tests/driver/host.hpp"

namespace spinlab {
namespace {

template <class Body>
void in_another_thread(Body body) {
  std::thread(body).join();
}

// Its thread is processor 0.
class Scenario final : public Protocol {
 public:
  void complete(Packet& packet, bool) override { packet.is_pending = false; }

  void run() {
    name_locks();
    transfer();
    reset();
    change_settings();
    restart_for_another_thread();
    send_while_paused();
  }
  bool has_kept_every_packet() {
    for (const Packet& packet : packets_)
      if (packet.is_pending) return false;
    return host_.has_settled();
  }

 private:
  NIC_ADAPTER* adapter() { return host_.adapter(); }

  // As reports shall call them.
  void name_locks() {
    SpinlabNameLock(&adapter()->SendLock, "SendLock");
    SpinlabNameLock(&adapter()->TransmitLock, "TransmitLock");
    SpinlabNameLock(&adapter()->ReceiveLock, "ReceiveLock");
    SpinlabNameLock(adapter()->ConfigurationLock, "ConfigurationLock");
    SpinlabNameLock(&adapter()->FilterLock, "FilterLock");
    SpinlabNameLock(&adapter()->LinkLock, "LinkLock");
    SpinlabNameLock(&adapter()->ReceivedLock, "ReceivedLock");
    SpinlabNameLock(&adapter()->StatisticsLock, "StatisticsLock");
  }

  void send(UCHAR group = 0) {
    Packet& packet = packets_.emplace_back();
    packet.set({group, 0, static_cast<ULONG>(packets_.size())});
    NicSend(adapter(), &packet);
  }
  void receive() {
    UCHAR frame[NIC_FRAME_SIZE];
    while (NicReceive(adapter(), frame) != FALSE) continue;
  }

  void transfer() {
    for (int packet = 0; packet < NIC_RING_ENTRIES + 4; ++packet) send();
    ULONG transmit = 0, receive_free = 0;
    NicQueryRings(adapter(), &transmit, &receive_free);
    host_.device().serve(1000);
    receive();
  }

  // By a thread that ends, as a work item's might.
  void reset() {
    send();
    in_another_thread([this] { NicReset(adapter()); });
  }

  void change_settings() {
    const NIC_CONFIGURATION configuration{NIC_FRAME_SIZE, 2};
    NicSetConfiguration(adapter(), &configuration);
    // Often: a lock that is held for long may not be reported when its thread was preempted.
    for (int times = 0; times < 100; ++times) NicSetFilter(adapter(), 1);
    send(0);
    send(1);  // For nobody.
    host_.device().serve(1000);
    receive();
    const KIRQL old_irql = KeRaiseIrqlToDpcLevel();
    NicSetLink(adapter(), FALSE);
    KeLowerIrql(old_irql);
    NicSetLink(adapter(), TRUE);
    NicQueryLink(adapter());
  }

  // The thread that pauses the adapter lives on until another one has restarted it.
  void restart_for_another_thread() {
    std::latch paused(1), restarted(1);
    std::thread other([&] {
      NicPause(adapter());
      paused.count_down();
      restarted.wait();
    });
    paused.wait();
    NicRestart(adapter());
    restarted.count_down();
    other.join();
  }

  void send_while_paused() {
    NicPause(adapter());
    in_another_thread([this] { send(); });
    NicRestart(adapter());
    host_.device().serve(1000);
    receive();
  }

  std::deque<Packet> packets_;
  Host host_{*this, 1};
};

VOID end_at_stop(const SPINLAB_STOP* stop, PVOID) {
  if (stop->Stops != FALSE) std::_Exit(1);
}

int play() {
  SpinlabBecomeProcessor();
  Scenario scenario;
  scenario.run();
  if (scenario.has_kept_every_packet()) return 0;
  std::fputs("scenario: a packet was not completed, or a frame got lost\n", stderr);
  return 1;
}

}  // namespace
}  // namespace spinlab

int main() {
  SpinlabSetStopHandler(spinlab::end_at_stop, nullptr);
  return spinlab::play();
}
