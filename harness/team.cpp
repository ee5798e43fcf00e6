#include "harness/team.hpp"

#include <algorithm>

namespace spinlab {

Team::Team(const std::vector<int>& processors) {
  threads_.reserve(processors.size());
  try {
    for (std::size_t index = 0; index < processors.size(); ++index) {
      threads_.emplace_back(processors[index], [this, index] { work(static_cast<int>(index)); });
    }
  } catch (...) {
    end();  // Those that started wait, and are joined by their destructors.
    throw;
  }
}

Team::~Team() { end(); }

void Team::end() {
  ending_.store(true, std::memory_order_relaxed);  // Published by round_.
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
}

void Team::run(std::function<void(int)> task) {
  task_ = std::move(task);
  unfinished_.store(static_cast<std::uint32_t>(size()), std::memory_order_relaxed);
  // release, pairs with the load in work(): the threads see task_ and unfinished_.
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  // acquire, pairs with the fetch_sub in work(): we see what the tasks wrote.
  for (auto left = unfinished_.load(std::memory_order_acquire); left != 0;
       left = unfinished_.load(std::memory_order_acquire)) {
    unfinished_.wait(left, std::memory_order_acquire);
  }
}

bool Team::pinned() const { return std::ranges::all_of(threads_, &PinnedThread::pinned); }

void Team::work(int index) {
  for (std::uint32_t seen = 0;; ++seen) {
    round_.wait(seen, std::memory_order_acquire);
    if (ending_.load(std::memory_order_relaxed)) return;
    task_(index);
    if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished_.notify_one();
  }
}

}  // namespace spinlab
