#include "machines/checked/checked.hpp"

namespace spinlab {
namespace checked {

void require(bool holds, const char* what, std::source_location where) {
  if (holds) return;
  Request request;
  request.op = Op::kRequire;
  request.where = where;
  Threads::current().fail(Verdict::kExclusion, what, request);
}

// "Memory::Kind spinlab::checked::kind_of() [with T = spinlab::ClhLock<...>::Element; ...]", or
// "[T = ...]": "Element".
std::string_view kind_name(std::string_view pretty_function) {
  const std::size_t begin = pretty_function.find("T = ");
  if (begin == std::string_view::npos) return "object";
  std::string_view type = pretty_function.substr(begin + 4);
  int depth = 0;
  std::size_t last = 0;
  std::size_t end = 0;
  for (; end < type.size(); ++end) {
    const char at = type[end];
    if (depth == 0 && (at == ';' || at == ']')) break;
    if (at == '<') ++depth;
    if (at == '>') --depth;
    if (depth == 0 && at == ':') last = end + 1;
  }
  type = type.substr(last, end - last);
  return type.substr(0, type.find('<'));
}

namespace {

void add_mark(Mark mark, std::uint32_t lock, const std::source_location& where) {
  if (Threads::current().is_building()) return;
  Request request;
  request.op = Op::kMark;
  request.operand = static_cast<Value>(mark);
  request.expected = lock;
  request.where = where;
  Threads::current().perform(request);
}

}  // namespace

void mark(Mark mark, std::source_location where) { add_mark(mark, 0, where); }

void arrive(std::uint32_t lock, std::source_location where) {
  add_mark(Mark::kArrival, lock, where);
}

namespace {

// The sleepers of one cell, oldest in the lowest four bits, thread + 1 each; above them a bit for
// each thread that this very message wakes, so that a sleep has one end.
using Sleepers = Checked::Cell<std::uint64_t>;
constexpr int kBits = 4;
constexpr int kQueueBits = kBits * kMaxThreads;
constexpr std::string_view kSleepers = "sleepers";

Value queue_of(Value sleepers) { return sleepers & ((Value{1} << kQueueBits) - 1); }
Value wakes(Value sleeper) { return Value{1} << (static_cast<Value>(kQueueBits) + sleeper - 1); }

Value add_sleeper(Value sleepers, Value sleeper, Value) {
  const Value queue = queue_of(sleepers);
  const auto length = static_cast<int>(std::bit_width(queue) + kBits - 1) / kBits;
  return queue | sleeper << (length * kBits);
}

Value remove_oldest(Value sleepers, Value count, Value) {
  Value queue = queue_of(sleepers);
  Value woken = 0;
  for (; count > 0 && queue != 0; --count, queue >>= kBits) woken |= wakes(queue & 0xf);
  return queue | woken;
}

// kElsewhere: an older message woke it.
Answer ends_sleep_of(Value sleepers, Value sleeper) {
  if ((sleepers & wakes(sleeper)) != 0) return Answer::kYes;
  for (Value queue = queue_of(sleepers); queue != 0; queue >>= kBits)
    if ((queue & 0xf) == sleeper) return Answer::kNo;
  return Answer::kElsewhere;
}

Sleepers& sleepers_of(const void* cell) {
  return *static_cast<Sleepers*>(Threads::current().slot(Memory::kAllThreads, cell,
                                                         {kSleepers, sizeof(Sleepers)},
                                                         [](void* at) { ::new (at) Sleepers(0); }));
}

}  // namespace
}  // namespace checked

std::uint32_t Checked::thread_index() {
  return static_cast<std::uint32_t>(
      checked::Threads::current().tell_apart(checked::Ask::kThreadIndex));
}

std::uintptr_t Checked::place_of(const void* object) {
  checked::Threads& threads = checked::Threads::current();
  if (!threads.memory().is_in_world(object)) threads.tell_apart(checked::Ask::kPlace);
  return threads.memory().offset_of(object);
}

std::uint32_t Checked::node() {
  checked::Threads& threads = checked::Threads::current();
  return static_cast<std::uint32_t>(threads.tell_apart(checked::Ask::kNode) % threads.nodes());
}

int Checked::named(std::uint32_t thread) {
  checked::Threads::current().tell_apart(checked::Ask::kThreadSlot);
  return static_cast<int>(thread);
}

void Checked::fence(memory_order order, Where where) {
  checked::Request request;
  request.op = checked::Op::kFence;
  request.order = order;
  request.where = where;
  checked::Threads::current().mutate(request);
  checked::Threads::current().perform(request);
}

// The system's own lock orders sleeps and wakes: a chain of acq_rel updates. It also makes the look
// at the cell and the sleep one step; here a thread whose look fails stops instead, since a return
// at once is the same, and is explored. That needs no look, unless the last park here was one, too:
// then it must have a reason.
void Checked::park(const Cell<std::uint32_t>& cell, std::uint32_t value, Where where) {
  using checked::Answer;
  using checked::Op;
  using checked::Sleepers;
  const auto look_for = [&](auto done) {
    auto look = Cell<std::uint32_t>::request(Op::kAwait, memory_order::relaxed, where);
    look.done = checked::predicate_of<std::uint32_t>(done);
    cell.perform(look);
  };
  const bool needs_reason = checked::Threads::current().returned_for_no_reason(&cell, where);
  const auto begin =
      Cell<std::uint32_t>::request(Op::kPark, memory_order::relaxed, where, needs_reason);
  if (cell.perform(begin).value == static_cast<checked::Value>(checked::Sleep::kReturnsAtOnce)) {
    if (needs_reason)
      look_for(
          [value](std::uint32_t now) { return now != value ? Answer::kYes : Answer::kElsewhere; });
    return;
  }
  Sleepers& sleepers = checked::sleepers_of(&cell);
  // A name only: it tells nobody which thread this is.
  const auto sleeper = static_cast<std::uint64_t>(checked::Threads::current().running()) + 1;
  auto fall_asleep = Sleepers::request(Op::kUpdate, memory_order::acq_rel, where, sleeper);
  fall_asleep.next = &checked::add_sleeper;
  sleepers.perform(fall_asleep);
  look_for([value](std::uint32_t now) { return now == value ? Answer::kYes : Answer::kElsewhere; });
  auto sleep = Sleepers::request(Op::kAwait, memory_order::acquire, where);
  sleep.done = checked::predicate_of<std::uint64_t>(
      [sleeper](std::uint64_t now) { return checked::ends_sleep_of(now, sleeper); });
  sleepers.perform(sleep);
}

void Checked::wake(const Cell<std::uint32_t>& cell, std::uint32_t count, Where where) {
  using checked::Sleepers;
  Sleepers& sleepers = checked::sleepers_of(&cell);
  auto wake =
      Sleepers::request(checked::Op::kUpdate, memory_order::acq_rel, where, std::uint64_t{count});
  wake.next = &checked::remove_oldest;
  sleepers.perform(wake);
}

}  // namespace spinlab
