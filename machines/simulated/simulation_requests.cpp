// How accesses of threads become requests to lines, which serve them one after the other.
#include "machines/simulated/simulation.hpp"

namespace spinlab::simulated {

// Requests that have waited for the line go before an access of the same moment.
Line& Simulation::line_for_access(const void* cell) {
  ++operations_;
  Line& line = arena_.line_at(cell);
  threads_[running_].line = &line;
  if (line.serving && line.busy_until <= now_) [[unlikely]] {
    schedule(running_, State::kRuns, now_);
    go_on();
  }
  return line;
}

void Simulation::begin_load(const void* cell) {
  Thread& caller = threads_[running_];
  Line& line = line_for_access(cell);
  if (!coherence_.reads_at_once(line, caller.processor, now_)) return request(line, Kind::kLoad);
  caller.done = now_ + model_.load_hit + model_.operation;
}

void Simulation::begin_store(const void* cell) {
  Thread& caller = threads_[running_];
  Line& line = line_for_access(cell);
  if (!coherence_.writes_at_once(line, caller.processor, now_)) return request(line, Kind::kStore);
  line.written = true;
  caller.done = now_ + model_.store_hit + model_.operation;
}

void Simulation::begin_update(const void* cell) {
  Thread& caller = threads_[running_];
  Line& line = line_for_access(cell);
  if (!coherence_.writes_at_once(line, caller.processor, now_)) return request(line, Kind::kUpdate);
  line.written = true;
  caller.done = now_ + model_.rmw + model_.operation;
}

// Of the line that the calling thread's access is at.
void Simulation::changed() {
  Line& line = *threads_[running_].line;
  if (!line.settled.empty()) wake_settled(line);
  if (line.retrying != kNobody) wake_retrying(line, now_);
}

// Returns when the access takes effect.
void Simulation::request(Line& line, Kind kind) {
  if (is_idle(line, now_)) return advance(serve(line, running_, kind));
  threads_[running_].state = State::kRequested;
  enqueue(line, running_, kind);
  go_on();
}

void Simulation::enqueue(Line& line, std::uint32_t thread, Kind kind) {
  threads_[thread].kind = kind;
  const bool is_write = kind == Kind::kStore || kind == Kind::kUpdate;
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
  const Kind kind = threads_[thread].kind;
  const Ticks effect = serve(line, thread, kind);
  if (kind != Kind::kLook) schedule(thread, State::kRuns, effect);
  if (!line.reads.empty() || !line.writes.empty()) serve_later(line);
}

// Begins now. Returns when it takes effect; a look is then looked after.
Ticks Simulation::serve(Line& line, std::uint32_t thread, Kind kind) {
  Thread& its = threads_[thread];
  const std::uint32_t source = line.owner;
  const bool is_read = kind == Kind::kLoad || kind == Kind::kLook;
  const Service service =
      is_read ? coherence_.fetch(line, its.processor, now_)
              : coherence_.own(line, its.processor, now_, kind == Kind::kUpdate ? model_.rmw : 0);
  line.busy_until = is_read ? now_ + model_.read_occupancy : service.done;
  its.done = service.done + model_.operation;
  if (line.retrying != kNobody) wake_retrying(line, service.effect);
  if (observer_ != nullptr)
    observer_->transferred({thread, line.number, !is_read, source, now_, service.done});
  if (kind == Kind::kLook) {
    if (service.effect == now_)
      arrive(thread);
    else
      schedule(thread, State::kArrives, service.effect);
  }
  return service.effect;
}

}  // namespace spinlab::simulated
