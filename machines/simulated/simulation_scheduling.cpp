// More threads than processors: a thread has its processor until it parks, ends, or has used up its
// quantum while others wait for it.
#include "machines/simulated/simulation.hpp"

namespace spinlab::simulated {

// True if another thread has the processor: the event waits until the thread has it back.
bool Simulation::hold_up(std::uint32_t thread) {
  Thread& its = threads_[thread];
  if (processors_.has(its.processor, thread)) return false;
  // What arrives for a thread that does not run is looked at later.
  if (its.state == State::kArrives) its.state = State::kLooks;
  its.held_up = true;
  its.left = 0;
  return true;
}

void Simulation::sleep(const void* word) {
  sleepers_.push_back({word, running_});
  threads_[running_].state = State::kSleeps;
  free_processor(threads_[running_].processor);
  go_on();
}

void Simulation::wake(const void* word, std::uint32_t count) {
  Ticks woken_count = 0;
  for (auto sleeper = sleepers_.begin(); sleeper != sleepers_.end() && count > 0;) {
    if (sleeper->word != word) {
      ++sleeper;
      continue;
    }
    const std::uint32_t thread = sleeper->thread;
    sleeper = sleepers_.erase(sleeper);
    --count;
    Thread& woken = threads_[thread];
    woken.state = State::kRuns;
    woken.held_up = true;
    woken.left = model_.wake_cost;
    ++woken_count;
    ProcessorQueue& queue = processors_.at(woken.processor);
    if (queue.running == kNobody) {
      dispatch(thread, now_);
    } else {
      queue.ready.push_back(thread);
      set_timer(woken.processor, std::max(now_, queue.slice_end));
    }
  }
  if (woken_count > 0) spend(model_.wake_cost * woken_count);
}

void Simulation::free_processor(std::uint32_t processor) {
  ProcessorQueue& queue = processors_.at(processor);
  queue.running = kNobody;
  if (queue.ready.empty()) return;
  const std::uint32_t next = queue.ready.front();
  queue.ready.pop_front();
  dispatch(next, now_ + model_.switch_cost);
}

// The thread has its processor from then on.
void Simulation::dispatch(std::uint32_t thread, Ticks from) {
  Thread& its = threads_[thread];
  ProcessorQueue& queue = processors_.at(its.processor);
  queue.running = thread;
  queue.slice_end = from + model_.quantum;
  if (!queue.ready.empty()) set_timer(its.processor, queue.slice_end);
  if (!its.held_up) return;  // Nothing happened for it in the meantime.
  its.held_up = false;
  schedule(thread, its.state, from + its.left);
}

void Simulation::set_timer(std::uint32_t processor, Ticks due) {
  ProcessorQueue& queue = processors_.at(processor);
  if (model_.quantum == 0 || queue.ready.empty() || queue.timer_set) return;
  queue.timer_set = true;
  wheel_.push(now_, due, kProcessorEvents + processor);
}

void Simulation::preempt(std::uint32_t processor) {
  ++idle_timers_;
  ProcessorQueue& queue = processors_.at(processor);
  queue.timer_set = false;
  if (queue.ready.empty() || queue.running == kNobody) return;
  if (now_ < queue.slice_end) return set_timer(processor, queue.slice_end);
  Thread& stopped = threads_[queue.running];
  if (stopped.due != kNever && stopped.state == State::kRuns) {
    stopped.held_up = true;
    stopped.left = stopped.due - now_;
    stopped.due = kNever;
  }
  queue.ready.push_back(queue.running);
  free_processor(processor);
}

}  // namespace spinlab::simulated
