// A second reader of an EX_SPIN_LOCK: a thread must not read within a read.
#pragma once

#include <latch>
#include <thread>

#include "interface/spinlab_guards.hpp"

namespace spinlab {

// Reads on a thread of its own while it lives.
class OtherReader {
 public:
  explicit OtherReader(EX_SPIN_LOCK& lock)
      : thread_([this, &lock] {
          const ke::shared_guard inside(lock);
          reading_.count_down();
          leave_.wait();
        }) {
    reading_.wait();
  }
  OtherReader(const OtherReader&) = delete;
  OtherReader& operator=(const OtherReader&) = delete;
  ~OtherReader() { leave_.count_down(); }

 private:
  std::latch reading_{1}, leave_{1};
  std::jthread thread_;
};

}  // namespace spinlab
