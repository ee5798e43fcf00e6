// Tests on a processor: what its DPCs and interrupts did, and on which thread.
#pragma once

#include <gmock/gmock.h>
#include <wdm.h>

#include <atomic>
#include <functional>
#include <latch>
#include <string>
#include <thread>
#include <utility>

#include "interface/spinlab_processors.h"

namespace spinlab {

// What ran, in order. Written on one processor only.
struct Trace {
  std::string text;
  std::thread::id thread;
  KIRQL irql = 99;
  std::atomic<int> runs = 0;

  void add(const char* what) {
    text += what;
    thread = std::this_thread::get_id();
    irql = KeGetCurrentIrql();
    ++runs;
  }
  void await(int count) const {
    while (runs < count) std::this_thread::yield();
  }
};

struct Dpc {
  explicit Dpc(Trace& of, const char* name) : trace(of) {
    KeInitializeDpc(&object, run, this);
    label = name;
  }
  static void run(PKDPC, PVOID context, PVOID argument1, PVOID argument2) {
    Dpc& self = *static_cast<Dpc*>(context);
    self.argument1 = argument1;
    self.argument2 = argument2;
    self.trace.add(self.label);
  }
  bool insert() { return KeInsertQueueDpc(&object, nullptr, nullptr) != FALSE; }

  KDPC object;
  Trace& trace;
  const char* label;
  void* argument1 = nullptr;
  void* argument2 = nullptr;
};

inline constexpr KIRQL kDeviceIrql = 5;
inline constexpr KIRQL kSynchronizeIrql = 7;

struct Device {
  explicit Device(std::function<void()> on_interrupt, KIRQL irql = kDeviceIrql,
                  KIRQL synchronize_irql = kSynchronizeIrql)
      : routine(std::move(on_interrupt)) {
    IoConnectInterrupt(&interrupt, serve, this, nullptr, 0, irql, synchronize_irql, Latched, FALSE,
                       1, FALSE);
  }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  ~Device() { disconnect(); }
  void disconnect() {
    if (interrupt != nullptr) IoDisconnectInterrupt(std::exchange(interrupt, nullptr));
  }
  bool fire(ULONG processor = 0) { return SpinlabFireInterrupt(interrupt, processor) != FALSE; }
  static BOOLEAN serve(PKINTERRUPT, PVOID context) {
    static_cast<Device*>(context)->routine();
    return TRUE;
  }

  PKINTERRUPT interrupt = nullptr;
  std::function<void()> routine;
};

// For a thread that is a processor: a sanitizer keeps signals back while their thread sleeps in the
// latch's own wait.
inline void yield_until(const std::latch& latch) {
  while (!latch.try_wait()) std::this_thread::yield();
}

// The test's thread is processor 0.
class Processors : public testing::Test {
 protected:
  Processors() { EXPECT_EQ(SpinlabBecomeProcessor(), 0U); }
  ~Processors() override {
    KeLowerIrql(PASSIVE_LEVEL);
    SpinlabLeaveProcessor();
  }
  template <class Body>
  static void elsewhere(Body body) {
    std::thread(body).join();
  }

  Trace trace_;
  Dpc dpc_{trace_, "d"};
};

}  // namespace spinlab
