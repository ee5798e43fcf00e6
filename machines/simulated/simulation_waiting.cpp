// Threads that wait for a cell: they look once in a while, but only looks at a line that has to
// come anew are simulated one by one.
#include "machines/simulated/simulation.hpp"

namespace spinlab::simulated {
namespace {

// The least multiple of `period` that is not less than `ticks`.
Ticks whole_periods(Ticks ticks, Ticks period) {
  const Ticks most = ticks + period - 1;
  // A short division is several times faster, on hosts where that matters.
  if ((most >> 32) == 0)
    return Ticks{static_cast<std::uint32_t>(most) / static_cast<std::uint32_t>(period)} * period;
  return most / period * period;
}

}  // namespace

Ticks Simulation::pace_of(Thread& thread) const {
  return model_.pause * thread.wait->pace(*thread.wait);
}

void Simulation::await(Wait& wait) {
  Thread& caller = threads_[running_];
  caller.wait = &wait;
  caller.next_look = now_ + pace_of(caller);
  // The look that failed took effect a moment ago; the value may have changed since.
  if (wait.look(wait)) {
    schedule(running_, State::kLooks, caller.next_look);
  } else {
    settle(running_);
  }
  go_on();
}

// It sleeps until the line is taken away; without a copy by now, it looks at its next time.
void Simulation::settle(std::uint32_t thread) {
  Thread& its = threads_[thread];
  if (coherence_.reads_at_once(*its.line, its.processor, now_)) {
    its.state = State::kSettled;
    its.line->settled.push_back(thread);
  } else {
    schedule(thread, State::kLooks, its.next_look);
  }
}

// A look at the line as it is, or at one that comes.
void Simulation::look(std::uint32_t thread) {
  Thread& its = threads_[thread];
  Line& line = *its.line;
  ++operations_;
  if (coherence_.reads_at_once(line, its.processor, now_)) {
    its.done = now_ + model_.load_hit + model_.operation;
    arrive(thread);
  } else if (is_idle(line, now_)) {
    serve_look(line, thread);
  } else {
    its.state = State::kQueued;
    enqueue(line, thread, false);
  }
}

void Simulation::serve_look(Line& line, std::uint32_t thread) {
  const Ticks arrives = serve(line, thread, Access::kLoad);
  if (arrives == now_) {
    arrive(thread);
  } else {
    schedule(thread, State::kArrives, arrives);
  }
}

void Simulation::arrive(std::uint32_t thread) {
  Thread& its = threads_[thread];
  if (its.wait->look(*its.wait)) return schedule(thread, State::kRuns, its.done);
  its.next_look = its.done + pace_of(its);
  settle(thread);
}

// Their copies are gone: each looks again at its next time, in seeded random order where several
// are equal.
void Simulation::wake_settled(Line& line) {
  std::vector<std::uint32_t>& settled = line.settled;
  for (auto left = static_cast<std::uint32_t>(settled.size()); left > 0; --left) {
    std::swap(settled[left - 1], settled[random_.below(left)]);
    Thread& its = threads_[settled[left - 1]];
    if (its.next_look < now_) skip_looks(its);
    schedule(settled[left - 1], State::kLooks, std::max(now_, its.next_look));
  }
  settled.clear();
}

// Those before now found the old value.
void Simulation::skip_looks(Thread& thread) {
  const Ticks hit = model_.load_hit + model_.operation;
  if (hit + model_.pause == 0) return;
  if (thread.wait->pace_is_constant) {
    thread.next_look += whole_periods(now_ - thread.next_look, hit + pace_of(thread));
  } else {
    while (thread.next_look < now_) thread.next_look += hit + pace_of(thread);
  }
}

void Simulation::await_retry(std::uint32_t units, std::uint32_t units_here) {
  advance(now_ + model_.pause * units);
  Thread& caller = threads_[running_];
  Line& line = *caller.line;
  // Taken away already, written in the pause by another thread of this processor, or one such waits
  // here: try again at once.
  if (line.owner != caller.processor || line.changes != caller.seen_changes ||
      line.retrying != kNobody)
    return;
  line.retrying = running_;
  caller.state = State::kRetries;
  caller.next_look = now_;
  caller.period = model_.rmw + model_.operation + model_.pause * units_here;
  go_on();
}

// The tries until then found what they had left themselves.
void Simulation::wake_retrying(Line& line, Ticks from) {
  const std::uint32_t thread = std::exchange(line.retrying, kNobody);
  Thread& its = threads_[thread];
  Ticks next = its.next_look;
  if (next < from && its.period > 0) next += whole_periods(from - next, its.period);
  schedule(thread, State::kRuns, std::max(from, next));
}

}  // namespace spinlab::simulated
