#include "harness/parallel_runs.hpp"

#include <fmt/format.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <atomic>
#include <utility>

namespace spinlab {

SharedProgress::SharedProgress(std::string what, std::size_t count, NameOf name_of)
    : name_of_(std::move(name_of)), progress_(std::move(what), count) {}

void SharedProgress::show(std::size_t index, std::string_view so_far) {
  const std::string now = fmt::format("{}, {}", name_of_(index), so_far);
  const std::scoped_lock guard(mutex_);
  progress_.show(done_, now);
}

void SharedProgress::end(std::size_t index) {
  const std::string now = name_of_(index);
  const std::scoped_lock guard(mutex_);
  progress_.show(++done_, now);
}

void SharedProgress::finish() {
  const std::scoped_lock guard(mutex_);
  progress_.finish();
}

bool run_parallel(std::size_t count, int jobs, const std::function<void(std::size_t index)>& task,
                  SharedProgress& progress, const std::function<bool()>& is_interrupted) {
  std::atomic<std::size_t> ran{0};
  const auto run_one = [&](std::size_t index) {
    if (is_interrupted && is_interrupted()) return;
    task(index);
    progress.end(index);
    ran.fetch_add(1, std::memory_order::relaxed);
  };
  // More jobs than processors only with both: the arena has the slots, the control the threads.
  const tbb::global_control width(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(jobs));
  tbb::task_arena arena(jobs);
  arena.execute([&] {
    // Tasks differ in length by orders of magnitude: no two are tied together.
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, count, 1),
        [&](const auto& range) {
          for (std::size_t index = range.begin(); index != range.end(); ++index) run_one(index);
        },
        tbb::simple_partitioner());
  });
  progress.finish();
  return ran.load(std::memory_order::relaxed) == count;
}

}  // namespace spinlab
