#include "axioms.hpp"

#include <algorithm>
#include <stdexcept>

#include "bit_relation.hpp"

namespace spinlab::litmus {
namespace {

bool is_acquire(memory_order order) {
  return order == memory_order::acquire || order == memory_order::consume ||
         order == memory_order::acq_rel || order == memory_order::seq_cst;
}
bool is_release(memory_order order) {
  return order == memory_order::release || order == memory_order::acq_rel ||
         order == memory_order::seq_cst;
}

struct Event {
  int thread = -1;  // -1: the first value of a location.
  int location = -1;
  Instruction instruction;
  std::size_t source = 0;
  // By evaluation:
  bool is_evaluated = false;
  bool writes = false;
  int read = 0;
  int written = 0;
  memory_order order = memory_order::relaxed;

  bool reads() const {
    return thread >= 0 && location >= 0 && instruction.action != Action::kStore;
  }
  bool is_fence() const { return location < 0; }
  bool may_write() const { return !is_fence() && instruction.action != Action::kLoad; }
  bool is_update() const { return reads() && writes; }
  bool always_updates() const {
    return instruction.action == Action::kExchange || instruction.action == Action::kFetchAdd;
  }
  bool is_seq_cst() const { return thread >= 0 && order == memory_order::seq_cst; }
};

// What is coherent at one location: an order of its writes, and what follows from it.
struct Coherent {
  std::vector<std::size_t> writes;
  BitRelation order_and_reads_before;
  BitRelation extended;  // Closed, with reads-from.
};

class Enumerator {
 public:
  explicit Enumerator(const Program& program);
  Consistent run() {
    choose_source(0);
    return std::move(result_);
  }

 private:
  std::size_t count() const { return events_.size(); }
  bool is_same_location(std::size_t a, std::size_t b) const {
    return !events_[a].is_fence() && events_[a].location == events_[b].location;
  }

  void choose_source(std::size_t at);
  bool may_read(std::size_t at, std::size_t source) const;
  void judge();
  bool evaluate();
  bool evaluate(Event& event, int newest_register) const;
  bool has_sources_that_write() const;
  void synchronise();
  void add_synchronisation(std::size_t head, std::size_t read);
  void order_location(int location, Coherent& begun, std::vector<Coherent>& found) const;
  bool close(int location, Coherent& whole) const;
  void choose_orders(std::size_t location, std::vector<const Coherent*>& chosen);
  bool is_seq_cst_consistent(const std::vector<const Coherent*>& chosen) const;
  void count_outcome(const std::vector<const Coherent*>& chosen);

  std::vector<Event> events_;  // First values first, then the threads, each in order.
  std::size_t threads_;
  BitRelation program_order_;
  BitRelation happens_before_;
  std::vector<std::vector<Coherent>> orders_;  // By location.
  Consistent result_;
};

Enumerator::Enumerator(const Program& program) : threads_(program.size()) {
  for (int location = 0; location < kMaxLocations; ++location) {
    Event first;
    first.location = location;
    first.is_evaluated = first.writes = true;
    events_.push_back(first);
  }
  for (std::size_t thread = 0; thread < program.size(); ++thread)
    for (const Instruction& instruction : program[thread]) {
      if (!is_for_axioms(instruction.action) || instruction.only_after != kAlways)
        throw std::invalid_argument("the axioms do not know this instruction");
      Event event;
      event.thread = static_cast<int>(thread);
      event.location = instruction.action == Action::kFence ? -1 : instruction.location;
      event.instruction = instruction;
      events_.push_back(event);
    }
  if (count() > BitRelation::kMost) throw std::length_error("too many instructions");
  for (std::size_t a = 0; a < count(); ++a)
    for (std::size_t b = a + 1; b < count(); ++b)
      if (events_[b].thread >= 0 &&
          (events_[a].thread < 0 || events_[a].thread == events_[b].thread))
        program_order_.add(a, b);
}

void Enumerator::choose_source(std::size_t at) {
  if (at == count()) return judge();
  if (!events_[at].reads()) return choose_source(at + 1);
  for (std::size_t source = 0; source < count(); ++source) {
    if (!may_read(at, source)) continue;
    events_[at].source = source;
    choose_source(at + 1);
  }
}

// Leaves out early what judge() would refuse.
bool Enumerator::may_read(std::size_t at, std::size_t source) const {
  if (at == source || !is_same_location(at, source) || !events_[source].may_write()) return false;
  if (program_order_.has(at, source)) return false;
  for (std::size_t other = 0; other < at; ++other)
    if (events_[at].always_updates() && events_[other].reads() && events_[other].always_updates() &&
        is_same_location(at, other) && events_[other].source == source)
      return false;
  return true;
}

void Enumerator::judge() {
  ++result_.maps;
  if (!evaluate() || !has_sources_that_write()) return;
  synchronise();
  if (!happens_before_.is_irreflexive()) return;
  orders_.assign(kMaxLocations, {});
  for (int location = 0; location < kMaxLocations; ++location) {
    Coherent begun;
    begun.writes.push_back(static_cast<std::size_t>(location));
    std::vector<Coherent>& found = orders_[static_cast<std::size_t>(location)];
    order_location(location, begun, found);
    if (found.empty()) return;
  }
  std::vector<const Coherent*> chosen;
  choose_orders(0, chosen);
}

// Values, in an order of program order and reads-from. False if that has a cycle: thin air.
bool Enumerator::evaluate() {
  for (std::size_t at = kMaxLocations; at < count(); ++at) events_[at].is_evaluated = false;
  for (bool goes_on = true; goes_on;) {
    goes_on = false;
    int newest_register = 0;
    bool is_reached = true;
    for (std::size_t at = kMaxLocations; at < count(); ++at) {
      Event& event = events_[at];
      if (event.thread != events_[at - 1].thread) newest_register = 0, is_reached = true;
      if (is_reached && !event.is_evaluated)
        goes_on = (is_reached = evaluate(event, newest_register)) || goes_on;
      if (event.reads()) newest_register = event.read;
    }
  }
  return std::all_of(events_.begin(), events_.end(),
                     [](const Event& event) { return event.is_evaluated; });
}

bool Enumerator::evaluate(Event& event, int newest_register) const {
  if (event.reads() && !events_[event.source].is_evaluated) return false;
  const Instruction& instruction = event.instruction;
  event.is_evaluated = true;
  event.order = instruction.order;
  event.writes = event.may_write();
  event.written = instruction.operand + (instruction.adds_register ? newest_register : 0);
  if (!event.reads()) return true;
  event.read = events_[event.source].written;
  if (instruction.action == Action::kFetchAdd) event.written += event.read;
  if (instruction.action == Action::kCompareExchange && event.read != instruction.expected) {
    event.writes = false;
    event.order = instruction.failure_order;
  }
  return true;
}

bool Enumerator::has_sources_that_write() const {
  return std::all_of(events_.begin(), events_.end(), [&](const Event& event) {
    return !event.reads() || events_[event.source].writes;
  });
}

// Happens-before: program order, and synchronises-with along release sequences.
void Enumerator::synchronise() {
  happens_before_ = program_order_;
  for (std::size_t read = 0; read < count(); ++read) {
    if (!events_[read].reads()) continue;
    std::size_t head = events_[read].source;
    for (add_synchronisation(head, read); events_[head].is_update();
         add_synchronisation(head, read))
      head = events_[head].source;
  }
  happens_before_ = happens_before_.closed();
}

void Enumerator::add_synchronisation(std::size_t head, std::size_t read) {
  if (events_[head].thread < 0) return;
  for (std::size_t from = 0; from < count(); ++from) {
    const bool is_head =
        from == head || (events_[from].is_fence() && program_order_.has(from, head));
    if (!is_head || !is_release(events_[from].order)) continue;
    for (std::size_t to = 0; to < count(); ++to) {
      const bool is_end = to == read || (events_[to].is_fence() && program_order_.has(read, to));
      if (is_end && is_acquire(events_[to].order)) happens_before_.add(from, to);
    }
  }
}

// Every order of the location's writes that goes on from what has begun and is coherent.
void Enumerator::order_location(int location, Coherent& begun, std::vector<Coherent>& found) const {
  const auto is_placed = [&](std::size_t write) {
    return std::find(begun.writes.begin(), begun.writes.end(), write) != begun.writes.end();
  };
  std::vector<std::size_t> open;
  for (std::size_t at = kMaxLocations; at < count(); ++at)
    if (events_[at].writes && events_[at].location == location && !is_placed(at))
      open.push_back(at);
  if (open.empty()) {
    Coherent whole = begun;
    if (close(location, whole)) found.push_back(std::move(whole));
    return;
  }
  for (const std::size_t write : open) {
    const bool is_early = std::any_of(open.begin(), open.end(), [&](std::size_t other) {
      return happens_before_.has(other, write);
    });
    // Atomicity: an update stands directly behind its source.
    const bool is_apart =
        events_[write].is_update() && events_[write].source != begun.writes.back();
    if (is_early || is_apart) continue;
    begun.writes.push_back(write);
    order_location(location, begun, found);
    begun.writes.pop_back();
  }
}

// Coherence, once the order is whole: happens-before never goes against extended coherence.
bool Enumerator::close(int location, Coherent& whole) const {
  std::vector<std::size_t> position(count(), 0);
  for (std::size_t at = 0; at < whole.writes.size(); ++at) position[whole.writes[at]] = at;
  BitRelation reads_from;
  for (std::size_t a = 0; a < count(); ++a) {
    if (events_[a].location != location) continue;
    for (const std::size_t write : whole.writes) {
      if (a == write) continue;
      if (events_[a].writes && position[a] < position[write])
        whole.order_and_reads_before.add(a, write);
      if (events_[a].reads() && position[events_[a].source] < position[write])
        whole.order_and_reads_before.add(a, write);
    }
    if (events_[a].reads()) reads_from.add(events_[a].source, a);
  }
  whole.extended = (whole.order_and_reads_before | reads_from).closed();
  return whole.extended.is_irreflexive() && happens_before_.then(whole.extended).is_irreflexive();
}

void Enumerator::choose_orders(std::size_t location, std::vector<const Coherent*>& chosen) {
  if (location == orders_.size()) {
    if (is_seq_cst_consistent(chosen)) count_outcome(chosen);
    return;
  }
  for (const Coherent& order : orders_[location]) {
    chosen.push_back(&order);
    choose_orders(location + 1, chosen);
    chosen.pop_back();
  }
}

bool Enumerator::is_seq_cst_consistent(const std::vector<const Coherent*>& chosen) const {
  const BitRelation& hb = happens_before_;
  BitRelation scb = program_order_, elsewhere, left, right, fences, extended;
  for (const Coherent* order : chosen) {
    scb = scb | order->order_and_reads_before;
    extended = extended | order->extended;
  }
  for (std::size_t a = 0; a < count(); ++a) {
    if (events_[a].is_seq_cst()) left.add(a, a), right.add(a, a);
    const bool is_fence = events_[a].is_seq_cst() && events_[a].is_fence();
    if (is_fence) fences.add(a, a);
    for (std::size_t b = 0; b < count(); ++b) {
      if (program_order_.has(a, b) && !is_same_location(a, b)) elsewhere.add(a, b);
      if (hb.has(a, b) && is_same_location(a, b)) scb.add(a, b);
      if (is_fence && hb.has(a, b)) left.add(a, b);
      if (is_fence && hb.has(b, a)) right.add(b, a);
    }
  }
  scb = scb | elsewhere.then(hb).then(elsewhere);
  const BitRelation between = hb | hb.then(extended).then(hb);
  const BitRelation psc = left.then(scb).then(right) | fences.then(between).then(fences);
  return psc.closed().is_irreflexive();
}

void Enumerator::count_outcome(const std::vector<const Coherent*>& chosen) {
  ++result_.executions;
  Outcome outcome;
  outcome.registers.resize(threads_);
  for (const Event& event : events_)
    if (event.reads())
      outcome.registers[static_cast<std::size_t>(event.thread)].push_back(event.read);
  for (const Coherent* order : chosen)
    outcome.finals.push_back(events_[order->writes.back()].written);
  result_.outcomes.insert(std::move(outcome));
}

}  // namespace

Consistent by_axioms(const Program& program) { return Enumerator(program).run(); }

}  // namespace spinlab::litmus
