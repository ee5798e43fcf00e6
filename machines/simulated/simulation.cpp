#include "machines/simulated/simulation.hpp"

#include <stdexcept>

namespace spinlab::simulated {

Simulation::Simulation(const Model& model, std::uint64_t seed, std::uint32_t most_threads)
    : model_(model),
      arena_(most_threads),
      coherence_(model, seed * 2 + 1),
      random_(seed * 2),
      processors_(model.processors) {
  threads_.reserve(most_threads);
}

std::uint32_t Simulation::spawn(std::uint32_t processor, std::function<void()> body) {
  const auto thread = static_cast<std::uint32_t>(threads_.size());
  if (thread == threads_.capacity() || thread == kMaxThreads || processor >= model_.processors)
    throw std::invalid_argument("a simulation has no room for this thread, or no such processor");
  Thread& added = threads_.emplace_back();
  added.body = std::move(body);
  added.processor = processor;
  added.fiber.prepare(arena_.stack_top(thread), Arena::kStackBytes, &Simulation::enter, this);
  processors_.add(processor, thread);
  return thread;
}

void Simulation::run() {
  for (std::uint32_t thread = 0; thread < threads_.size(); ++thread) {
    if (processors_.has(threads_[thread].processor, thread)) {
      schedule(thread, State::kRuns, 0);
    } else {
      threads_[thread].held_up = true;
    }
  }
  for (std::uint32_t processor = 0; processor < model_.processors; ++processor)
    set_timer(processor, model_.quantum);
  current = this;
  running_ = next_to_run();
  if (running_ != kNobody) host_.switch_to(threads_[running_].fiber);
  current = nullptr;
  if (thrown_) std::rethrow_exception(thrown_);
  if (ended_ < threads_.size())
    throw std::runtime_error("deadlock: threads of a simulation wait for each other for ever");
}

void Simulation::enter(void* self) {
  auto& simulation = *static_cast<Simulation*>(self);
  try {
    simulation.threads_[simulation.running_].body();
  } catch (...) {
    simulation.thrown_ = std::current_exception();
  }
  simulation.end_thread();
}

void Simulation::end_thread() {
  threads_[running_].state = State::kEnded;
  threads_[running_].due = kNever;
  ++ended_;
  free_processor(threads_[running_].processor);
  go_on();
}

// Switches from the calling thread to whose turn it is; returns when it is the caller's.
void Simulation::go_on() {
  const std::uint32_t left = running_;
  const std::uint32_t next = thrown_ ? kNobody : next_to_run();
  if (next == left) return;
  running_ = next;
  threads_[left].fiber.switch_to(next == kNobody ? host_ : threads_[next].fiber);
}

// Handles events until one is a thread's that goes on.
std::uint32_t Simulation::next_to_run() {
  // Timers alone change nothing: all threads wait.
  constexpr std::uint32_t kMostIdleTimers = 1U << 16;
  while (wheel_.next() != kNever && idle_timers_ < kMostIdleTimers) {
    now_ = wheel_.next();
    const std::uint32_t event = wheel_.pop();
    if (event >= kLineEvents) {
      serve_next(*lines_[event - kLineEvents]);
    } else if (event >= kProcessorEvents) {
      preempt(event - kProcessorEvents);
    } else if (handle_thread(event - kThreadEvents)) {
      return event - kThreadEvents;
    }
  }
  return kNobody;
}

// True if the thread's fiber goes on.
bool Simulation::handle_thread(std::uint32_t thread) {
  Thread& its = threads_[thread];
  if (its.due != now_) return false;  // Put off since.
  idle_timers_ = 0;
  its.due = kNever;
  if (its.state == State::kEffect) return take_effect(thread), false;  // Whoever runs there now.
  if (processors_.shared() && hold_up(thread)) return false;
  if (its.state == State::kRuns) return true;
  if (its.state == State::kLooks) {
    look(thread);
  } else {
    arrive(thread);
  }
  return false;
}

void* Simulation::slot(std::uint32_t thread, const void* key, std::size_t bytes,
                       void (*build)(void*)) {
  const std::size_t index = thread == kNobody ? kMaxThreads : thread;
  auto found = slots_.begin();
  while (found != slots_.end() && found->key != key) ++found;
  if (found == slots_.end())
    found = slots_.insert(found, {key, std::vector<void*>(kMaxThreads + 1)});
  void*& object = found->objects[index];
  if (object == nullptr) {
    const bool known = thread < threads_.size();
    object = arena_.allocate(bytes, known ? model_.package[threads_[thread].processor] : 0);
    build(object);
  }
  return object;
}

}  // namespace spinlab::simulated
