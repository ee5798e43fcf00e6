// WindowMemory: where the locks, nodes and threads' state of a cell lie: each on a line pair of its
// own, so that nothing but the lock's own traffic is measured.
//
// The one exception is deliberate: a workload may ask for the check's words on the lock's line.
// Thread safety: set up and destroyed by one thread while no window runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "harness/door.h"
#include "harness/workload.hpp"

namespace spinlab {

class WindowMemory {
 public:
  static constexpr std::size_t kLinePair = 128;

  struct Shape {
    const spinlab_door* door = nullptr;
    Workload workload{};
    int threads = 1;
    bool lock_per_thread = false;
    // Moves all addresses by so many line pairs: a lock's place in its cache set is chance.
    std::size_t offset_pairs = 0;
  };

  // Throws std::logic_error if two of the objects would share a line pair.
  explicit WindowMemory(const Shape& shape);
  ~WindowMemory();
  WindowMemory(const WindowMemory&) = delete;
  WindowMemory& operator=(const WindowMemory&) = delete;

  // One a thread, with lock, node, check, private words and id set.
  spinlab_worker& worker(int thread) { return *workers_[static_cast<std::size_t>(thread)]; }

  // Whether all that lies behind the locks fits together.
  bool is_intact() const;

  // One, or one a thread.
  const std::vector<spinlab_check*>& checks() const { return checks_; }

 private:
  struct Extent {
    const std::byte* begin;
    std::size_t bytes;
  };
  struct Free {
    void operator()(std::byte* memory) const;
  };

  std::byte* take(std::size_t bytes);
  void place_lock();
  void place_queue();
  void place_worker(int thread);
  void assert_apart() const;

  Shape shape_;
  std::unique_ptr<std::byte, Free> memory_;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
  std::vector<Extent> extents_;  // What must not share a line pair.
  std::vector<void*> locks_;
  std::vector<spinlab_check*> checks_;
  std::vector<spinlab_packet_queue*> queues_;  // As many as locks, if the workload has queues.
  std::vector<spinlab_worker*> workers_;
};

}  // namespace spinlab
