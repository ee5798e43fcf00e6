// What a checked program's threads ask for, and what the execution graph keeps of it.
//
// An execution is a graph of events. A read-modify-write that writes is two neighbouring events of
// its thread, so that a change of its source makes its write half anew.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <source_location>

namespace spinlab::checked {

using std::memory_order;
using Value = std::uint64_t;  // What a cell holds, its bytes zero-extended.
using Id = std::uint16_t;     // Names an event (thread, index), or the initial message of a cell.

inline constexpr int kMaxThreads = 8;
inline constexpr int kMaxEvents = 128;  // Of one thread.
inline constexpr int kMaxCells = 128;   // That one program touches.
// Of one cell, also its readers: as many as all threads have events, and the first value.
inline constexpr int kMaxMessages = kMaxThreads * kMaxEvents + 1;

inline constexpr Id kInitial = 0x8000;
inline constexpr Id kNoEvent = 0xffff;

constexpr Id event_id(int thread, int index) {
  return static_cast<Id>(thread * kMaxEvents + index);
}
constexpr int thread_of(Id event) { return event / kMaxEvents; }
constexpr int index_of(Id event) { return event % kMaxEvents; }
constexpr bool is_initial(Id message) { return (message & kInitial) != 0; }

constexpr bool acquires(memory_order order) {
  return order == memory_order::acquire || order == memory_order::acq_rel ||
         order == memory_order::seq_cst || order == memory_order::consume;
}
constexpr bool releases(memory_order order) {
  return order == memory_order::release || order == memory_order::acq_rel ||
         order == memory_order::seq_cst;
}

// How many events of each thread are included: a set closed under program order.
struct Clock {
  std::array<std::uint8_t, kMaxThreads> events{};

  void join(const Clock& other) {
    for (std::size_t thread = 0; thread < events.size(); ++thread)
      events[thread] =
          events[thread] > other.events[thread] ? events[thread] : other.events[thread];
  }
  void include(int thread, int index) {
    events[static_cast<std::size_t>(thread)] = static_cast<std::uint8_t>(index + 1);
  }
  int count(int thread) const { return events[static_cast<std::size_t>(thread)]; }
  bool has(Id event) const {
    return is_initial(event) || index_of(event) < count(thread_of(event));
  }
};

enum class Op : std::uint8_t {
  kStore,
  kPartStore,  // Of some bytes: the rest comes from the message directly before.
  kLoad,
  kAwait,
  kUpdate,  // A read-modify-write that always writes.
  kAwaitUpdate,
  kCompareExchange,
  kPark,  // Begins a sleep: see Sleep. Touches no cell; what it sleeps on is named in reports.
  // From here on nothing is chosen: these have one outcome.
  kFence,
  kMark,  // A ghost: see Mark.
  kPlainLoad,
  kPlainStore,
  kBirth,  // A cell's constructor, run by a thread.
  kDeath,  // A cell's destructor.
  // Never an event: what failed, for reports.
  kRequire,
  kNothing,  // No operation at all.
};
constexpr bool has_one_outcome(Op op) { return op >= Op::kFence; }
constexpr bool touches_cell(Op op) {
  return op != Op::kPark && op != Op::kFence && op != Op::kMark;
}

// How a park goes on. Nothing in memory decides it: both are explored.
enum class Sleep : std::uint8_t { kFallsAsleep, kReturnsAtOnce };
inline constexpr Sleep kUsualSleep = Sleep::kReturnsAtOnce;  // What a revisit may delete.

// Ghost events that fairness is judged by.
enum class Mark : std::uint8_t { kArrival, kDoorway, kEntry, kExit };

// What a value is to an await. kElsewhere: it does not end the await, but the await cannot last for
// ever either, since an execution that is explored anyway has it otherwise.
enum class Answer : std::uint8_t { kNo, kYes, kElsewhere };

// A copied predicate: awaits are judged again when their fiber is elsewhere.
struct Predicate {
  Answer (*call)(const void* captures, Value) = nullptr;
  alignas(8) std::array<char, 16> captures{};

  Answer answer(Value value) const {
    return call == nullptr ? Answer::kYes : call(captures.data(), value);
  }
  bool operator()(Value value) const { return answer(value) == Answer::kYes; }
};

inline constexpr std::uint8_t kAllBytes = 0xff;

struct Request {
  Op op = Op::kFence;
  std::uint8_t cell = 0;
  std::uint8_t bytes = kAllBytes;  // Which of the cell's bytes it reads or writes, a bit each.
  memory_order order = memory_order::relaxed;
  memory_order failure_order = memory_order::relaxed;  // kCompareExchange that writes nothing.
  Value operand = 0;                                   // What is written, added, ...; a Mark.
  Value expected = 0;                                  // kCompareExchange; a mask for parts.
  Value (*next)(Value read, Value operand, Value mask) = nullptr;  // Of an update; null: operand.
  Predicate done;
  std::source_location where;

  bool waits() const { return op == Op::kAwait || op == Op::kAwaitUpdate; }
  bool satisfied_by(Value read) const { return !waits() || done(read); }
  // Whether the thread stands still for as long as this is the newest value.
  bool is_stuck_at(Value newest) const { return waits() && done.answer(newest) == Answer::kNo; }
  bool updates(Value read) const {
    switch (op) {
      case Op::kUpdate:
      case Op::kPartStore:
        return true;
      case Op::kCompareExchange:
        return read == expected;
      case Op::kAwaitUpdate:
        return done(read);
      default:
        return false;
    }
  }
  Value written_over(Value read) const {
    return next == nullptr ? operand : next(read, operand, expected);
  }
};

enum class Kind : std::uint8_t {
  kRead,
  kWrite,
  kUpdateRead,
  kUpdateWrite,
  kFixed,
  kPlainRead,
  kPlainWrite
};
constexpr bool reads(Kind kind) {
  return kind == Kind::kRead || kind == Kind::kUpdateRead || kind == Kind::kPlainRead;
}
constexpr bool writes(Kind kind) {
  return kind == Kind::kWrite || kind == Kind::kUpdateWrite || kind == Kind::kPlainWrite;
}

struct Event {
  Request request;
  Kind kind = Kind::kFixed;
  bool blocked = false;        // An await whose source does not satisfy it.
  std::uint16_t position = 0;  // A write's, in modification order.
  Id source = kNoEvent;        // The message that a read took.
  std::uint32_t stamp = 0;     // Order of insertion into the graph; not an execution order.
  std::uint32_t uid = 0;       // Changes when the source changes: replays compare it.
  Value value = 0;             // Read or written.
  Clock before;                // What happens before the next event: this event included.
  Clock acquirable;            // What an acquire fence would add.
  Clock fenced;                // What happened before the last release fence.
  Clock message;               // A write's: what it hands to whoever acquires from it.
  Clock causes;                // Program order and reads-from, closed.
};

}  // namespace spinlab::checked
