// Processors: which thread has each processor, and which wait for it.
//
// Without more threads than processors nothing here costs anything.
// Threads: one.
#pragma once

#include <deque>
#include <vector>

#include "machines/simulated/line.hpp"

namespace spinlab::simulated {

struct ProcessorQueue {
  std::uint32_t running = kNobody;
  std::deque<std::uint32_t> ready;
  Ticks slice_end = 0;
  bool timer_set = false;
};

class Processors {
 public:
  explicit Processors(std::uint32_t count) : queues_(count) {}

  ProcessorQueue& at(std::uint32_t processor) { return queues_[processor]; }

  // Adds a thread; the first one has the processor.
  void add(std::uint32_t processor, std::uint32_t thread) {
    ProcessorQueue& queue = queues_[processor];
    if (queue.running == kNobody) {
      queue.running = thread;
    } else {
      queue.ready.push_back(thread);
      shared_ = true;
    }
  }

  // Whether any processor ever had two threads.
  bool shared() const { return shared_; }
  bool has(std::uint32_t processor, std::uint32_t thread) const {
    return queues_[processor].running == thread;
  }

 private:
  std::vector<ProcessorQueue> queues_;
  bool shared_ = false;
};

}  // namespace spinlab::simulated
