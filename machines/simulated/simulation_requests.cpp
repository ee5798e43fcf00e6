// How accesses of threads become requests to lines, which serve them one after the other.
#include "machines/simulated/simulation.hpp"

namespace spinlab::simulated {

void Simulation::perform(Access access, const void* cell, Effect effect) {
  ++operations_;
  Line& line = arena_.line_at(cell);
  threads_[running_].line = &line;
  // Requests that have waited for the line go before an access of the same moment.
  if (line.serving && line.busy_until <= now_) [[unlikely]] {
    schedule(running_, State::kRuns, now_);
    go_on();
  }
  // A locked operation takes effect at its end, if the line is still there.
  if (access == Access::kUpdate && hits(line, access)) advance(now_ + model_.rmw);
  if (!hits(line, access)) return request(line, access, effect);
  effect.run(effect.context);
  if (access != Access::kLoad) {
    line.written = true;
    changed(line, running_);
  }
  advance(now_ + cost_after_hit(access) + model_.operation);
}

bool Simulation::hits(const Line& line, Access access) const {
  const std::uint32_t processor = threads_[running_].processor;
  return access == Access::kLoad ? coherence_.reads_at_once(line, processor, now_)
                                 : coherence_.writes_at_once(line, processor, now_);
}

// Once it took effect.
Ticks Simulation::cost_after_hit(Access access) const {
  if (access == Access::kUpdate) return 0;
  return access == Access::kLoad ? model_.load_hit : model_.store_hit;
}

// The engine sees to the effect: the thread's fiber goes on when all is done.
void Simulation::request(Line& line, Access access, Effect effect) {
  Thread& caller = threads_[running_];
  caller.access = access;
  caller.effect = effect;
  if (is_idle(line, now_)) {
    serve_access(line, running_);
  } else {
    caller.state = State::kRequested;
    enqueue(line, running_, access != Access::kLoad);
  }
  go_on();
}

void Simulation::serve_access(Line& line, std::uint32_t thread) {
  const Ticks takes_effect = serve(line, thread, threads_[thread].access);
  if (takes_effect == now_) {
    take_effect(thread);
  } else {
    schedule(thread, State::kEffect, takes_effect);
  }
}

void Simulation::take_effect(std::uint32_t thread) {
  const Thread& its = threads_[thread];
  its.effect.run(its.effect.context);
  if (its.access != Access::kLoad) changed(*its.line, thread);
  schedule(thread, State::kRuns, its.done);
}

// By the thread, just now.
void Simulation::changed(Line& line, std::uint32_t thread) {
  threads_[thread].seen_changes = ++line.changes;
  if (!line.settled.empty()) wake_settled(line);
  if (line.retrying != kNobody) wake_retrying(line, now_);
}

void Simulation::enqueue(Line& line, std::uint32_t thread, bool is_write) {
  (is_write && model_.write_first ? line.writes : line.reads).push(thread);
  serve_later(line);
}

void Simulation::serve_later(Line& line) {
  if (line.serving) return;
  line.serving = true;
  if (line.event == kNobody) {
    line.event = kLineEvents + static_cast<std::uint32_t>(lines_.size());
    lines_.push_back(&line);
  }
  wheel_.push(now_, std::max(now_, line.busy_until), line.event);
}

void Simulation::serve_next(Line& line) {
  line.serving = false;
  const std::uint32_t thread = line.writes.empty() ? line.reads.pop() : line.writes.pop();
  if (threads_[thread].state == State::kQueued) {
    serve_look(line, thread);
  } else {
    serve_access(line, thread);
  }
  if (!line.reads.empty() || !line.writes.empty()) serve_later(line);
}

// Begins now; returns when it takes effect.
Ticks Simulation::serve(Line& line, std::uint32_t thread, Access access) {
  Thread& its = threads_[thread];
  const std::uint32_t source = line.owner;
  const bool is_read = access == Access::kLoad;
  const Service service = is_read ? coherence_.fetch(line, its.processor, now_)
                                  : coherence_.own(line, its.processor, now_,
                                                   access == Access::kUpdate ? model_.rmw : 0);
  line.busy_until = is_read ? now_ + model_.read_occupancy : service.done;
  its.done = service.done + model_.operation;
  if (line.retrying != kNobody) wake_retrying(line, service.effect);
  if (observer_ != nullptr)
    observer_->transferred({thread, line.number, !is_read, source, now_, service.done});
  return service.effect;
}

}  // namespace spinlab::simulated
