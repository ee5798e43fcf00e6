// A network device that sends every frame to itself.
//
// Its registers and rings are those of nic_hardware.h, and the address of its registers is that of
// the object. Thread safety: the registers are everybody's; serve() is one thread's at a time.
#pragma once

#include <spinlab_processors.h>

#include <array>
#include <atomic>

#include "tests/driver/nic_hardware.h"

namespace spinlab {

class Device {
 public:
  // Interrupts go to these processors in turn: 0 to processors - 1.
  explicit Device(ULONG processors) : processors_(processors) {}

  // nullptr: the device stays silent.
  void connect(PKINTERRUPT interrupt) { interrupt_ = interrupt; }
  NIC_RINGS* rings() { return &rings_; }

  // Sends at most `most` frames, with an interrupt after each; returns how many there were.
  ULONG serve(ULONG most);

  ULONG read(NIC_REGISTER of);
  void write(NIC_REGISTER to, ULONG value);

  ULONG sent() const { return sent_; }
  // Sent, and nowhere to put it.
  ULONG dropped() const { return dropped_; }

 private:
  std::atomic<ULONG>& at(NIC_REGISTER which) { return registers_[which]; }
  bool send_one();
  void loop_back(const NIC_RING_ENTRY& entry);

  const ULONG processors_;
  PKINTERRUPT interrupt_ = nullptr;
  ULONG interrupts_ = 0;
  NIC_RINGS rings_{};
  std::array<std::atomic<ULONG>, NIC_REGISTERS> registers_{};
  std::atomic<ULONG> sent_ = 0;
  std::atomic<ULONG> dropped_ = 0;
};

}  // namespace spinlab
