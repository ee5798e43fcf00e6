#include "tests/driver/device.hpp"

#include <cstring>
#include <thread>

namespace spinlab {

ULONG Device::serve(ULONG most) {
  ULONG sent = 0;
  while (sent < most && send_one()) {
    ++sent;
    if (interrupt_ != nullptr) SpinlabFireInterrupt(interrupt_, interrupts_++ % processors_);
  }
  return sent;
}

ULONG Device::read(NIC_REGISTER of) {
  if (of == NIC_INTERRUPT_CAUSE) return at(of).exchange(0);
  const ULONG value = at(of);
  // Who waits for the end of the frame leaves its processor to the device's thread.
  if (of == NIC_TRANSMIT_STATUS && value != 0) std::this_thread::yield();
  return value;
}

void Device::write(NIC_REGISTER to, ULONG value) {
  // The bus is slow at times: who writes a tail without its lock is overtaken.
  if (value % 8 == 2) std::this_thread::yield();
  at(to) = value;
}

bool Device::send_one() {
  // The status first, then the control: the driver writes the control first, then reads the
  // status, so that one of the two sees the other.
  at(NIC_TRANSMIT_STATUS) = 1;
  const ULONG head = at(NIC_TRANSMIT_HEAD);
  const bool has_work = at(NIC_TRANSMIT_CONTROL) != 0 && head != at(NIC_TRANSMIT_TAIL);
  if (has_work) {
    loop_back(rings_.Transmit[head % NIC_RING_ENTRIES]);
    ++sent_;
    at(NIC_TRANSMIT_HEAD) = head + 1;
    at(NIC_INTERRUPT_CAUSE) = 1;
  }
  at(NIC_TRANSMIT_STATUS) = 0;
  return has_work;
}

void Device::loop_back(const NIC_RING_ENTRY& entry) {
  const ULONG head = at(NIC_RECEIVE_HEAD);
  if (head == at(NIC_RECEIVE_TAIL)) {
    ++dropped_;
    return;
  }
  std::memcpy(rings_.Receive[head % NIC_RING_ENTRIES].Frame, entry.Frame, entry.Length);
  at(NIC_RECEIVE_HEAD) = head + 1;
}

}  // namespace spinlab

ULONG NicReadRegister(PVOID Registers, NIC_REGISTER Register) {
  return static_cast<spinlab::Device*>(Registers)->read(Register);
}

VOID NicWriteRegister(PVOID Registers, NIC_REGISTER Register, ULONG Value) {
  static_cast<spinlab::Device*>(Registers)->write(Register, Value);
}
