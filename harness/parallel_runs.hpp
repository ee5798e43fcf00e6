// Independent tasks side by side, each known by its index, with one line of progress for all.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "harness/progress.hpp"

namespace spinlab {

// Progress for several host threads. Thread safety: all functions.
class SharedProgress {
 public:
  using NameOf = std::function<std::string(std::size_t index)>;  // Called by any thread.

  // `what` is named at the begin of the line; `name_of` says what a task is called in it.
  SharedProgress(std::string what, std::size_t count, NameOf name_of);

  // The task goes on; `so_far` is how far it is.
  void show(std::size_t index, std::string_view so_far);
  void end(std::size_t index);

  // Ends the line, so that other text can follow.
  void finish();

 private:
  NameOf name_of_;
  std::mutex mutex_;
  Progress progress_;
  std::size_t done_ = 0;
};

// Calls task(index) once for each index below `count`, up to `jobs` at a time, in no order. An
// exception of a task lets those that run finish, starts no more, and reaches the caller.
// `is_interrupted` (may be empty; called by any thread) does the first two: what was started is
// done, and false is returned unless that was everything.
bool run_parallel(std::size_t count, int jobs, const std::function<void(std::size_t index)>& task,
                  SharedProgress& progress, const std::function<bool()>& is_interrupted = {});

}  // namespace spinlab
