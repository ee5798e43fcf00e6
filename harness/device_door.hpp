// make_device_door: a door (door.h) for the workload isr_dpc, from a type of interface_access.hpp.
//
// Behind it is a device that receives packets, with a ring that all processors share:
//   interrupt  its service routine puts packets on the ring, under the interrupt's lock;
//   DPC        fetches them, synchronised with the interrupt, and has them wait in the queue;
//   reader     the processor's thread, at PASSIVE_LEVEL: takes them from the queue.
// The queue's lock is the one that is measured: a DPC acquires it at DISPATCH_LEVEL, the reader from
// below. Each thread of a window is a processor with an interrupt and a DPC of its own, as of a
// device that has a message for each. It fires its own interrupt every turn, and now and then the
// next processor's, which then is interrupted wherever its IRQL lets it be.
#pragma once

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <new>
#include <vector>

#include "harness/device.hpp"
#include "harness/door.h"
#include "interface/irql.hpp"
#include "interface/processors.hpp"

namespace spinlab {

template <class Access>
class DevicePort;

// The door's lock, with all that is behind it.
template <class Access>
struct Device {
  static constexpr std::size_t kLineBytes = Native::kLineBytes;

  alignas(kLineBytes) typename Access::Lock lock;  // Of the queue.
  alignas(kLineBytes) typename Access::InterruptLock interrupt_lock;
  alignas(kLineBytes) PacketRing ring;
  alignas(kLineBytes) Meeting meeting;
  std::vector<DevicePort<Access>*> ports;  // One a thread; complete before any of them runs.

  bool is_conserved() const {
    ProcessorBooks all;
    for (const DevicePort<Access>* port : ports) all += port->books();
    return spinlab::is_conserved(all, ring, *ports.front()->worker().queue);
  }
};

// The door's node: one thread's processor, its interrupt, its DPC and its reader.
template <class Access>
class DevicePort {
 public:
  DevicePort() = default;
  ~DevicePort() {
    if (interrupt_ != nullptr) Access::Interrupts::disconnect(interrupt_);
  }
  DevicePort(const DevicePort&) = delete;
  DevicePort& operator=(const DevicePort&) = delete;

  // Before any thread runs: makes the port one of the device of worker.lock.
  void attach(spinlab_worker& worker) {
    worker_ = &worker;
    device_ = static_cast<Device<Access>*>(worker.lock);
    if (device_->ports.empty()) spinlab_fill_queue(worker.queue, 0);
    device_->ports.push_back(this);
    initialize_dpc(dpc_, run_dpc, this);
    const NTSTATUS status =
        Access::Interrupts::connect(&interrupt_, serve, this, &device_->interrupt_lock.word, 0,
                                    kDeviceIrql, kDeviceIrql, Latched, TRUE, 1, FALSE);
    if (status != STATUS_SUCCESS) throw std::bad_alloc();
  }

  // The whole window, on the port's thread.
  void run() {
    use_each_lock();
    processor_.become_own();
    open();
    device_->meeting.wait_for(device_->ports.size());  // All are processors now.
    spinlab_begin_window(worker_);
    for (std::uint32_t batch = 1; batch != 0;) batch = run_batch(batch);
    device_->meeting.wait_for(device_->ports.size());  // Nobody fires any more,
    processor_.run_pending();                          // and what was fired is served.
    processor_.leave();
    close();
  }

  const ProcessorBooks& books() const { return books_; }
  const spinlab_worker& worker() const { return *worker_; }

 private:
  static constexpr KIRQL kDeviceIrql = 5;
  static constexpr int kPacketsPerInterrupt = 4;
  // More than its interrupt brings: the reader must be able to catch up.
  static constexpr int kMostPerRead = 2 * kPacketsPerInterrupt;
  // A signal costs as much as dozens of turns, on virtual machines a hundred: it must not be all
  // that is measured.
  static constexpr std::uint64_t kTurnsPerSignal = 128;

  using Numbers = std::array<std::uint64_t, PacketRing::kSlots>;
  struct Fetch {
    PacketRing& ring;
    Numbers numbers;
    std::size_t count;
  };

  // A first use takes memory from the system: not in the measured time.
  void use_each_lock() {
    NativeChosen::thread_index();
    Access::acquire(device_->lock, reader_node_);
    Access::release(device_->lock, reader_node_);
    Access::Interrupts::release(interrupt_, Access::Interrupts::acquire(interrupt_));
  }

  void open() {
    const auto next = std::next(std::ranges::find(device_->ports, this));
    next_ = next == device_->ports.end() ? device_->ports.front() : *next;
    books_.tally = {};
    told_ = books_;
  }

  std::uint32_t run_batch(std::uint32_t batch) {
    fire();
    const std::uint64_t begin = spinlab_ticks();
    Access::acquire(device_->lock, reader_node_);
    const std::uint64_t acquired = spinlab_ticks();
    read();
    Access::release(device_->lock, reader_node_);
    spinlab_think(worker_->think_iterations, &worker_->random_state);
    for (std::uint32_t done = 1; done < batch; ++done) {
      fire();
      Access::acquire(device_->lock, reader_node_);
      read();
      Access::release(device_->lock, reader_node_);
      spinlab_think(worker_->think_iterations, &worker_->random_state);
    }
    return end_batch(batch, begin, acquired);
  }

  void fire() {
    DevicePort* const target = ++turns_ % kTurnsPerSignal == 0 ? next_ : this;
    target->processor_.fire(target->interrupt_);
  }

  // The service routine.
  static BOOLEAN serve(KINTERRUPT*, void* context) {
    DevicePort& port = *static_cast<DevicePort*>(context);
    for (int i = 0; i < kPacketsPerInterrupt; ++i) {
      const std::uint64_t number = ++port.last_number_;
      port.books_.sent.add(number);
      if (!port.device_->ring.put(number)) port.books_.overrun.add(number);
    }
    port.processor_.queue(&port.dpc_, nullptr, nullptr);
    return TRUE;
  }

  // At the interrupt's level, holding its lock.
  static BOOLEAN fetch(void* context) {
    Fetch& fetch = *static_cast<Fetch*>(context);
    while (fetch.count < fetch.numbers.size() && fetch.ring.take(fetch.numbers[fetch.count]))
      ++fetch.count;
    return TRUE;
  }

  static void run_dpc(KDPC*, void* context, void*, void*) {
    DevicePort& port = *static_cast<DevicePort*>(context);
    Device<Access>& device = *port.device_;
    Fetch fetched{.ring = device.ring, .numbers = {}, .count = 0};
    Access::synchronize(port.interrupt_, fetch, &fetched);
    if (fetched.count == 0) return;  // Another processor's DPC was faster.
    Access::acquire_at_dpc(device.lock, port.dpc_node_);
    port.have_wait(fetched);
    Access::release_from_dpc(device.lock, port.dpc_node_);
  }

  void have_wait(const Fetch& fetched) {
    const std::uint64_t visits = spinlab_enter(worker_, &books_.tally);
    ++books_.dpcs;
    for (std::size_t i = 0; i < fetched.count; ++i) {
      if (!spinlab_enqueue(worker_->queue, fetched.numbers[i]))
        books_.dropped.add(fetched.numbers[i]);
    }
    spinlab_leave(worker_, &books_.tally, visits);
  }

  void read() {
    const std::uint64_t visits = spinlab_enter(worker_, &books_.tally);
    std::uint64_t number = 0;
    for (int i = 0; i < kMostPerRead && spinlab_dequeue(worker_->queue, &number); ++i)
      books_.delivered.add(number);
    spinlab_leave(worker_, &books_.tally, visits);
  }

  std::uint32_t end_batch(std::uint32_t batch, std::uint64_t begin, std::uint64_t acquired) {
    const KIRQL former = exchange_irql<Native>(HIGH_LEVEL);  // The books stand still.
    report(told_, books_, *worker_);
    const std::uint64_t handovers = books_.tally.handovers - told_.tally.handovers;
    told_ = books_;
    const std::uint32_t next =
        spinlab_end_batch(worker_, batch, handovers, begin, acquired, spinlab_ticks());
    set_irql<Native>(former);
    return next;
  }

  void close() {
    report(told_, books_, *worker_);
    worker_->torn = books_.tally.torn;
    worker_->longest_run = books_.tally.longest_run;
  }

  Processor processor_;
  KDPC dpc_{};
  KINTERRUPT* interrupt_ = nullptr;
  Device<Access>* device_ = nullptr;
  spinlab_worker* worker_ = nullptr;
  DevicePort* next_ = nullptr;
  typename Access::Node reader_node_{};
  typename Access::Node dpc_node_{};
  std::uint64_t turns_ = 0;
  std::uint64_t last_number_ = 0;
  ProcessorBooks books_;
  ProcessorBooks told_;  // What of it the worker knows.
};

template <class Access>
spinlab_door make_device_door(const char* interface_name) {
  using Lock = Device<Access>;
  using Node = DevicePort<Access>;
  return {
      .interface_name = interface_name,
      .lock_bytes = sizeof(Lock),
      .node_bytes = sizeof(Node),
      .construct = [](void* lock) { new (lock) Lock; },
      .destroy = [](void* lock) { std::destroy_at(static_cast<Lock*>(lock)); },
      .construct_node = [](void* node) { new (node) Node; },
      .destroy_node = [](void* node) { std::destroy_at(static_cast<Node*>(node)); },
      .loop = [](spinlab_worker* worker) { static_cast<Node*>(worker->node)->run(); },
      .attach = [](spinlab_worker* worker) { static_cast<Node*>(worker->node)->attach(*worker); },
      .is_intact = [](const void* lock) -> int {
        return static_cast<const Lock*>(lock)->is_conserved() ? 1 : 0;
      },
  };
}

}  // namespace spinlab
