// Checked: the machine of the model checker. Every operation of a lock goes to the search that
// explores it, which decides what a read returns and where a write stands.
//
// Only inside a program that a search runs (see check.hpp), or in its construction, where
// operations act on the first values and are not part of the execution.
#pragma once

#include <bit>
#include <cstring>
#include <optional>
#include <type_traits>

#include "machines/checked/part.hpp"
#include "machines/checked/threads.hpp"
#include "machines/machine.hpp"

namespace spinlab {

namespace checked {

template <class T>
Value pack(T value) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(Value));
  Value packed = 0;
  std::memcpy(&packed, static_cast<const void*>(&value), sizeof value);
  return packed;
}

template <class T>
T unpack(Value packed) {
  T value;
  std::memcpy(static_cast<void*>(&value), &packed, sizeof value);
  return value;
}

// Not a bare function: it must be copied while its fiber is elsewhere.
template <class T, class Done>
Predicate predicate_of(Done done) {
  static_assert(std::is_trivially_copyable_v<Done> && sizeof(Done) <= 16,
                "the predicate of an await captures at most 16 bytes, by value");
  Predicate predicate;
  std::memcpy(predicate.captures.data(), static_cast<const void*>(&done), sizeof done);
  predicate.call = [](const void* captures, Value value) {
    const auto answer = (*static_cast<const Done*>(captures))(unpack<T>(value));
    if constexpr (std::is_same_v<decltype(answer), const Answer>) {
      return answer;
    } else {
      return answer ? Answer::kYes : Answer::kNo;
    }
  };
  return predicate;
}

// What reports call objects of a type: the last part of its name, as the compiler spells it.
std::string_view kind_name(std::string_view pretty_function);
template <class T>
Memory::Kind kind_of() {
  return {kind_name(__PRETTY_FUNCTION__), sizeof(T)};
}

// Ends the execution as a violation (kExclusion) unless `holds`.
void require(bool holds, const char* what,
             std::source_location where = std::source_location::current());
// Ghost events for fairness; see Mark.
void mark(Mark mark, std::source_location where = std::source_location::current());
// Mark::kArrival, just before acquire(). `lock` tells a program's locks apart: each has its order.
void arrive(std::uint32_t lock = 0, std::source_location where = std::source_location::current());

}  // namespace checked

struct Checked {
  static constexpr std::size_t kLineBytes = 64;
  static constexpr std::uint32_t kMaxThreads = checked::kMaxThreads;
  using Where = std::source_location;

  template <class T>
  class Cell;
  template <class T>
  class Plain;

  static void relax(std::uint32_t) {}
  static std::uint32_t random(std::uint32_t) { return 0; }
  static constexpr std::uint32_t tries(std::uint32_t) { return 1; }
  static void doorway(Where where = Where::current()) {
    checked::mark(checked::Mark::kDoorway, where);
  }
  static void keep_order_for_interrupts() {}  // There are none.
  static void fence(memory_order order, Where where = Where::current());

  // A futex: sleepers leave in the order in which they came. A park may return for no reason, but
  // one that does so is not followed by another at the same place: a loop around it ends.
  static void park(const Cell<std::uint32_t>& cell, std::uint32_t value,
                   Where where = Where::current());
  static void wake(const Cell<std::uint32_t>& cell, std::uint32_t count,
                   Where where = Where::current());

  // What is answered differently to different threads tells them apart (see asks.hpp): each of these
  // says so to the search.
  static std::uint32_t thread_index();
  static std::uintptr_t place_of(const void* object);
  static std::uint32_t node();  // Threads in turn.

  template <class T>
  static T& thread_slot() {
    return slot<T>(checked::Threads::current().running());
  }
  template <class T>
  static T& thread_slot(std::uint32_t thread) {
    return slot<T>(named(thread));
  }
  template <class T>
  static T& shared() {
    return slot<T>(checked::Memory::kAllThreads);
  }
  template <class T>
  static T& make() {
    return *::new (checked::Threads::current().allocate(checked::kind_of<T>())) T();
  }
  template <class T>
  static void destroy(T& object) {
    object.~T();
  }
  template <class T>
  static T& thread_object() {
    return make<T>();
  }

 private:
  static int named(std::uint32_t thread);

  template <class T>
  static constexpr char kKey = 0;  // Its address names the type.
  template <class T>
  static void build(void* at) {
    static_assert(alignof(T) <= 128);
    ::new (at) T();
  }
  template <class T>
  static T& slot(int thread) {
    return *static_cast<T*>(
        checked::Threads::current().slot(thread, &kKey<T>, checked::kind_of<T>(), &build<T>));
  }
};

// sizeof(Cell<T>) == sizeof(T): layouts are as on the other machines.
template <class T>
class Checked::Cell {
  using Request = checked::Request;
  using Op = checked::Op;
  using Operator = checked::Mutation::Operator;
  using Value = checked::Value;

 public:
  explicit Cell(T value, Where where = Where::current()) : initial_(value) {
    auto& threads = checked::Threads::current();
    threads.declare_cell(this);
    if (!threads.is_building()) perform(request(Op::kBirth, memory_order::relaxed, where, value));
  }
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;
  ~Cell() {
    if (is_building()) return;
    perform(request(Op::kDeath, memory_order::relaxed, Where{}));  // A destructor knows no place.
  }

  T load(memory_order order, Where where = Where::current()) const {
    if (is_building()) return initial_;
    Request load = request(Op::kLoad, order, where);
    threads().mutate(load);
    return result(load);
  }

  void store(T value, memory_order order, Where where = Where::current()) {
    if (is_building()) {
      initial_ = value;
      return;
    }
    Request store = request(Op::kStore, order, where, value);
    if (threads().mutate(store) != Operator::kDropStore) perform(store);
  }

  T exchange(T value, memory_order order, Where where = Where::current()) {
    return update(request(Op::kUpdate, order, where, value), nullptr);
  }
  T fetch_add(T addend, memory_order order, Where where = Where::current()) {
    return update(request(Op::kUpdate, order, where, addend), [](Value read, Value by, Value) {
      return checked::pack(static_cast<T>(checked::unpack<T>(read) + checked::unpack<T>(by)));
    });
  }
  T fetch_or(T bits, memory_order order, Where where = Where::current()) {
    return update(request(Op::kUpdate, order, where, bits),
                  [](Value read, Value by, Value) { return read | by; });
  }
  T fetch_and(T bits, memory_order order, Where where = Where::current()) {
    return update(request(Op::kUpdate, order, where, bits),
                  [](Value read, Value by, Value) { return read & by; });
  }

  bool compare_exchange(T& expected, T value, memory_order success, memory_order failure,
                        Where where = Where::current());

  template <class Done>
  T await(Done done, memory_order order, Where where = Where::current()) const {
    Request await = request(Op::kAwait, order, where);
    await.done = checked::predicate_of<T>(done);
    if (threads().mutate(await) == Operator::kOneLook) await.op = Op::kLoad;
    return result(await);
  }
  template <class Done, class Pace>
    requires std::invocable<Pace&, T>
  T await(Done done, memory_order order, Pace, Where where = Where::current()) const {
    return await(done, order, where);
  }

  // Both ends are explored by one look: it may see any value, and what it sees decides.
  template <class Done>
  std::optional<T> await_for(Done done, memory_order order, std::uint32_t,
                             Where where = Where::current()) const {
    const T value = load(order, where);
    return done(value) ? std::optional<T>(value) : std::nullopt;
  }
  template <class Done, class Pace>
    requires PaceOf<Pace, T>
  std::optional<T> await_for(Done done, memory_order order, std::uint32_t looks, Pace,
                             Where where = Where::current()) const {
    return await_for(done, order, looks, where);
  }

  template <class Done>
  T await_exchange(T value, Done done, memory_order order, Where where = Where::current());
  template <class Done, class Pace>
    requires PaceOf<Pace, T>
  T await_exchange(T value, Done done, memory_order order, Pace, Where where = Where::current()) {
    return await_exchange(value, done, order, where);
  }

  // The tests count: a thread whose exchange fails goes back to waiting.
  template <class Done>
  T await_test_exchange(T value, Done done, memory_order order, Where where = Where::current());
  template <class Done, class Pace>
    requires std::invocable<Pace&, T>
  T await_test_exchange(T value, Done done, memory_order order, Pace,
                        Where where = Where::current()) {
    return await_test_exchange(value, done, order, where);
  }

  template <class U, unsigned kIndex>
  checked::Part<Cell, U, kIndex> part() {
    return checked::Part<Cell, U, kIndex>(*this);
  }

 private:
  template <class, class, unsigned>
  friend class checked::Part;
  friend struct Checked;

  static checked::Threads& threads() { return checked::Threads::current(); }
  static bool is_building() { return threads().is_building(); }

  // Without looking the cell up: the mutation comes first, and needs no cell.
  static Request request(Op op, memory_order order, const Where& where, T operand) {
    Request request = Cell::request(op, order, where);
    request.operand = checked::pack(operand);
    return request;
  }
  static Request request(Op op, memory_order order, const Where& where) {
    Request request;
    request.op = op;
    request.order = order;
    request.where = where;
    return request;
  }

  const checked::Event& perform(Request request) const {
    // By address before the first value is read: `this` may be a stray pointer.
    const Value initial = threads().memory().contains(this) ? checked::pack(initial_) : Value{0};
    request.cell = threads().cell_at(this, sizeof(T), initial, request);
    return threads().perform(request);
  }
  T result(const Request& request) const { return checked::unpack<T>(perform(request).value); }

  struct MutatedRequest {
    Request request;
    Operator how;
  };
  template <class Done>
  static MutatedRequest exchange_after(Done done, T value, memory_order order, const Where& where,
                                       bool tests_first) {
    Request exchange = request(Op::kAwaitUpdate, order, where, value);
    exchange.done = checked::predicate_of<T>(done);
    const Operator how = threads().mutate(exchange, tests_first);
    if (how == Operator::kOneLook) exchange.op = Op::kUpdate;
    return {exchange, how};
  }

  T update(Request update, Value (*next)(Value, Value, Value)) {
    update.next = next;
    if (is_building()) {
      const T old = initial_;
      initial_ = checked::unpack<T>(update.written_over(checked::pack(old)));
      return old;
    }
    if (threads().mutate(update) != Operator::kSplit) return result(update);
    const Value read = split_read(update);
    split_write(update, update.written_over(read));
    return checked::unpack<T>(read);
  }

  // The halves of a read-modify-write that was torn apart.
  Value split_read(Request whole) const {
    whole.op = Op::kLoad;
    whole.order = checked::acquires(whole.order) ? memory_order::acquire : memory_order::relaxed;
    return perform(whole).value;
  }
  void split_write(Request whole, Value written) const {
    whole.op = Op::kStore;
    whole.order = checked::releases(whole.order) ? memory_order::release : memory_order::relaxed;
    whole.operand = written;
    perform(whole);
  }

  T initial_;
};

template <class T>
bool Checked::Cell<T>::compare_exchange(T& expected, T value, memory_order success,
                                        memory_order failure, Where where) {
  if (is_building()) {
    if (initial_ != expected) return expected = initial_, false;
    return initial_ = value, true;
  }
  Request exchange = request(Op::kCompareExchange, success, where, value);
  exchange.failure_order = failure;
  exchange.expected = checked::pack(expected);
  const Operator how = threads().mutate(exchange);
  const Value read = how == Operator::kSplit ? split_read(exchange) : perform(exchange).value;
  const bool equal = read == exchange.expected;
  if (how == Operator::kSplit && equal) split_write(exchange, exchange.operand);
  if (how == Operator::kAlwaysSucceed && !equal) split_write(exchange, exchange.operand);
  if (equal || how == Operator::kAlwaysSucceed) return true;
  expected = checked::unpack<T>(read);
  return false;
}

template <class T>
template <class Done>
T Checked::Cell<T>::await_exchange(T value, Done done, memory_order order, Where where) {
  const auto [exchange, how] = exchange_after(done, value, order, where, false);
  if (how != Operator::kSplit) return result(exchange);
  Request look = exchange;
  look.op = Op::kAwait;
  const T taken = result(look);
  split_write(exchange, exchange.operand);
  return taken;
}

template <class T>
template <class Done>
T Checked::Cell<T>::await_test_exchange(T value, Done done, memory_order order, Where where) {
  auto [exchange, how] = exchange_after(done, value, order, where, true);
  if (how == Operator::kOneLook) return result(exchange);
  Request test = exchange;
  test.op = Op::kAwait;
  const bool order_on_test = how == Operator::kOrderOnTest || how == Operator::kTestOnly;
  test.order = order_on_test ? exchange.order : memory_order::relaxed;
  const T seen = result(test);
  if (how == Operator::kTestOnly) return seen;
  if (how == Operator::kSplit) return split_write(exchange, exchange.operand), seen;
  if (how == Operator::kOrderOnTest) exchange.order = memory_order::relaxed;
  return result(exchange);
}

// Shared data that is not atomic: every two accesses of which one writes must be ordered.
template <class T>
class Checked::Plain {
 public:
  explicit Plain(T value) : cell_(value) {}
  T load(Where where = Where::current()) const {
    if (Cell<T>::is_building()) return cell_.load(memory_order::relaxed);
    return cell_.result(Cell<T>::request(checked::Op::kPlainLoad, memory_order::relaxed, where));
  }
  void store(T value, Where where = Where::current()) {
    if (Cell<T>::is_building()) return cell_.store(value, memory_order::relaxed);
    cell_.perform(Cell<T>::request(checked::Op::kPlainStore, memory_order::relaxed, where, value));
  }

 private:
  Cell<T> cell_;
};

static_assert(Machine<Checked>);
static_assert(sizeof(Checked::Cell<bool>) == 1 && sizeof(Checked::Cell<void*>) == sizeof(void*));

}  // namespace spinlab
