#include "machines/checked/checked.hpp"

namespace spinlab {
namespace checked {

void require(bool holds, const char* what, std::source_location where) {
  if (holds) return;
  Request request;
  request.where = where;
  Threads::current().fail(Verdict::kExclusion, what, request);
}

void mark(Mark mark, std::source_location where) {
  if (Threads::current().is_building()) return;
  Request request;
  request.op = Op::kMark;
  request.operand = static_cast<Value>(mark);
  request.where = where;
  Threads::current().perform(request);
}

namespace {

// The sleepers of one cell, oldest in the lowest four bits: thread + 1 each.
using Sleepers = Checked::Cell<std::uint64_t>;
constexpr int kBits = 4;

Value length_bits(Value sleepers) {
  return static_cast<Value>((std::bit_width(sleepers) + kBits - 1) / kBits * kBits);
}

Value add_sleeper(Value sleepers, Value sleeper, Value) {
  return sleepers | sleeper << length_bits(sleepers);
}

Value remove_oldest(Value sleepers, Value count, Value) {
  return count >= kMaxThreads ? 0 : sleepers >> (count * kBits);
}

// A sleeper that is no longer there was woken: it passes the wake on, since it never slept.
Value remove_sleeper(Value sleepers, Value sleeper, Value) {
  for (Value at = 0; at < length_bits(sleepers); at += kBits) {
    if ((sleepers >> at & 0xf) != sleeper) continue;
    const Value younger = sleepers >> at >> kBits << at;
    return younger | (sleepers & ((Value{1} << at) - 1));
  }
  return sleepers >> kBits;
}

bool is_asleep(Value sleepers, Value sleeper) {
  for (; sleepers != 0; sleepers >>= kBits)
    if ((sleepers & 0xf) == sleeper) return true;
  return false;
}

Sleepers& sleepers_of(const void* cell) {
  return *static_cast<Sleepers*>(Threads::current().slot(
      Memory::kAllThreads, cell, sizeof(Sleepers), [](void* at) { ::new (at) Sleepers(0); }));
}

}  // namespace
}  // namespace checked

void Checked::fence(memory_order order, Where where) {
  checked::Request request;
  request.op = checked::Op::kFence;
  request.order = order;
  request.where = where;
  checked::Threads::current().mutate(request);
  checked::Threads::current().perform(request);
}

// The system's own lock orders sleeps and wakes: a chain of acq_rel updates.
void Checked::park(const Cell<std::uint32_t>& cell, std::uint32_t value) {
  using checked::Sleepers;
  const Where where = Where::current();
  Sleepers& sleepers = checked::sleepers_of(&cell);
  const std::uint64_t sleeper = thread_index() + 1;
  const auto change = [&](checked::Value (*next)(checked::Value, checked::Value, checked::Value)) {
    auto update = Sleepers::request(checked::Op::kUpdate, memory_order::acq_rel, where, sleeper);
    update.next = next;
    sleepers.perform(update);
  };
  change(&checked::add_sleeper);
  auto look = Cell<std::uint32_t>::request(checked::Op::kLoad, memory_order::relaxed, where);
  if (cell.result(look) != value) return change(&checked::remove_sleeper);
  auto sleep = Sleepers::request(checked::Op::kAwait, memory_order::acquire, where);
  sleep.done = checked::predicate_of<std::uint64_t>(
      [sleeper](std::uint64_t now) { return !checked::is_asleep(now, sleeper); });
  sleepers.perform(sleep);
}

void Checked::wake(const Cell<std::uint32_t>& cell, std::uint32_t count) {
  using checked::Sleepers;
  Sleepers& sleepers = checked::sleepers_of(&cell);
  auto wake = Sleepers::request(checked::Op::kUpdate, memory_order::acq_rel, Where::current(),
                                std::uint64_t{count});
  wake.next = &checked::remove_oldest;
  sleepers.perform(wake);
}

}  // namespace spinlab
