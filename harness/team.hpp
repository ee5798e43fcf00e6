// Team: pinned threads that wait, and then run one thing together.
//
// The calling thread sleeps while they run, so that it takes none of their processors.
// Threads: one thread at a time may call run().
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "harness/pinned_thread.hpp"

namespace spinlab {

class Team {
 public:
  // A thread on each of the processors (OS indices), in that order.
  explicit Team(const std::vector<int>& processors);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  // Each thread calls task(its index); returns when all have returned.
  void run(std::function<void(int)> task);

  // False if the system refused to pin any one of them; they run all the same.
  bool pinned() const;
  int size() const { return static_cast<int>(threads_.size()); }

 private:
  void work(int index);
  void end();

  std::function<void(int)> task_;             // Written between rounds only.
  std::atomic<std::uint32_t> round_{0};       // Counts run()s; the threads wait for the next.
  std::atomic<std::uint32_t> unfinished_{0};  // Threads still in this round's task.
  std::atomic<bool> ending_{false};
  std::vector<PinnedThread> threads_;
};

}  // namespace spinlab
