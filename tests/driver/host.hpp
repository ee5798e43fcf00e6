// What surrounds the driver: a device, the memory of its adapter, and a protocol that sends.
#pragma once

#include <array>
#include <atomic>
#include <cstring>
#include <memory>

#include "tests/driver/device.hpp"
#include "tests/driver/nic.h"

namespace spinlab {

// A frame: its first byte decides whether the filter lets it in, the others say whose it is.
struct Frame {
  UCHAR group = 0;
  UCHAR sender = 0;
  ULONG number = 0;
};
static_assert(sizeof(Frame) <= NIC_FRAME_SIZE);

// The protocol's side of a packet.
struct Packet : NIC_PACKET {
  Packet() {
    NIC_PACKET::Frame = bytes.data();
    Length = NIC_FRAME_SIZE;
  }
  Packet(const Packet&) = delete;
  Packet& operator=(const Packet&) = delete;

  void set(const spinlab::Frame& frame) {
    std::memcpy(bytes.data(), &frame, sizeof(frame));
    is_pending = true;
  }
  spinlab::Frame frame() const {
    spinlab::Frame copy;
    std::memcpy(&copy, bytes.data(), sizeof(copy));
    return copy;
  }

  std::array<UCHAR, NIC_FRAME_SIZE> bytes{};
  std::atomic<bool> is_pending = false;  // From NicSend to its completion.
};

// Hears of completions: out of DPCs, so it may do what a signal handler may.
class Protocol {
 public:
  Protocol() = default;
  Protocol(const Protocol&) = delete;
  Protocol& operator=(const Protocol&) = delete;
  virtual void complete(Packet& packet, bool sent) = 0;

 protected:
  ~Protocol() = default;
};

// An initialized adapter and its device.
class Host {
 public:
  Host(Protocol& protocol, ULONG processors) : protocol_(protocol), device_(processors) {
    std::memset(memory_.get(), 0xA5, sizeof(NIC_ADAPTER));  // Like memory that was in use.
    status_ = NicInitialize(adapter(), &device_, device_.rings(), complete, this);
    if (status_ == STATUS_SUCCESS) device_.connect(adapter()->Interrupt);
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() {
    device_.connect(nullptr);
    if (status_ == STATUS_SUCCESS) NicHalt(adapter());
  }

  NTSTATUS status() const { return status_; }
  NIC_ADAPTER* adapter() { return reinterpret_cast<NIC_ADAPTER*>(memory_.get()); }
  Device& device() { return device_; }

  LONG outstanding() {
    return __atomic_load_n(&adapter()->Outstanding, __ATOMIC_SEQ_CST);  // volatile, and C's.
  }
  // Every frame that came in is with the protocol, or was refused.
  bool has_settled() {
    const NIC_STATISTICS seen = NicQueryStatistics(adapter());
    return outstanding() == 0 &&
           seen.Received + seen.Filtered + device_.dropped() == device_.sent();
  }

 private:
  struct alignas(NIC_ADAPTER) Memory {
    std::array<unsigned char, sizeof(NIC_ADAPTER)> bytes;
  };
  static VOID complete(PVOID context, PNIC_PACKET packet, BOOLEAN sent) {
    static_cast<Host*>(context)->protocol_.complete(static_cast<Packet&>(*packet), sent != FALSE);
  }

  Protocol& protocol_;
  Device device_;
  std::unique_ptr<Memory> memory_ = std::make_unique<Memory>();
  NTSTATUS status_ = STATUS_SUCCESS;
};

}  // namespace spinlab
