// What a lock may ask of the machine that it runs on.
//
// A lock is a class template over a machine. It touches shared memory only through Cell<T>, and
// waits only through await(), so the same text can run on real threads, in a model checker, and on
// a simulated multi-socket machine. Every memory order is written out; nothing has a default.
//
//   Cell<T>, a shared location of 1, 2, 4 or 8 bytes:
//     load, store, exchange, fetch_add, compare_exchange (strong: fails only on another value).
//     await(done, order)              A blocking load: returns the first value v read with done(v).
//     await(done, order, pace)        The same; relaxes for pace(v) units after each v that fails.
//     await_for(done, order, looks [, pace])
//                                     Gives up after `looks` values that failed: nullopt.
//     await_exchange(value, done, order [, pace])
//                                     A blocking exchange: retried until it took a v with done(v).
//                                     An exchange that fails must write what was there already.
//     await_test_exchange(value, done, order [, pace])
//                                     The same, but each try after the first waits for done(v) by
//                                     relaxed loads, so that waiting threads share the line.
//     A pace of await_for and await_exchange may take a second argument, pace(v, cost): what the look
//     that read v took, in units, at least 1 and at most kMostLookUnits. Measured, or as modelled.
//     fetch_or, fetch_and             Integral cells.
//     part<U, I>()                    The I-th U of the cell's bytes, lowest first, as a handle with
//                                     load(order), store(value, order), exchange(value, order):
//                                     a store writes that part only. Waits are on the whole cell.
//     How a wait passes its time is the machine's business: a lock contains no spin loop.
//     `done` and `pace` are small and trivially copyable: captures by value, 16 bytes at most.
//
//   M::relax(units)        Lets time pass: natively one pause instruction a unit.
//   M::random(bound)       A number below `bound` (> 0); constant in the checker.
//   M::tries(count)        How often to try before doing otherwise: `count`; 1 in the checker, where
//                          the first try already may end either way.
//   M::park(cell, value)   Sleeps while the 4-byte cell holds `value`; may end for no reason.
//   M::wake(cell, count)   Ends up to `count` sleeps on the cell.
//   M::thread_slot<T>()    The calling thread's own T, value-initialised on first use; destroyed
//                          when the thread ends.
//   M::thread_slot<T>(index)  The T of the thread with that index, for any thread; T trivially
//                          destructible. Its own thread reaches it by index, too, and a thread
//                          finds it as the former owner of the index left it.
//   M::thread_index()      The calling thread's index, below M::kMaxThreads: dense, the same until
//                          the thread ends, then another's.
//   M::thread_object<T>()  A new T that lives until the calling thread ends.
//   M::make<T>()           A new T, which lives until M::destroy(T&), called by any thread.
//   M::shared<T>()         The one T of all threads and locks; constant-initialised, trivially
//                          destructible.
//   M::node()              The NUMA node that the calling thread runs on: a hint, since it may move.
//   M::place_of(object)    A number for where a shared object is, the same in every run of a machine
//                          that is deterministic: to spread locks, not to find them.
//   M::keep_order_for_interrupts()
//                          What the calling thread did before it comes before what it does after, as
//                          code sees it that interrupts this thread (a signal handler): binds the
//                          compiler only.
//   M::doorway()           Marks that the operation just done decided the order of entry; the
//                          checker judges fairness by it, elsewhere it is nothing.
//   M::kLineBytes          How far apart two cells must be for their traffic not to touch.
//
// Facilities that no lock uses yet are not here; each arrives with the first lock that needs it.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace spinlab {

using std::memory_order;

// A pace that weighs looks.
template <class Pace, class T>
concept WeighingPace = std::invocable<Pace&, T, std::uint32_t>;

template <class Pace, class T>
concept PaceOf = std::invocable<Pace&, T> || WeighingPace<Pace, T>;

inline constexpr std::uint32_t kMostLookUnits = 256;

// The cost of a look that took so many units. What took longer than the most was no look but an
// interruption, of which a pace learns nothing: it counts as the least.
constexpr std::uint32_t look_cost(std::uint64_t units) {
  return units == 0 || units > kMostLookUnits ? 1 : static_cast<std::uint32_t>(units);
}

template <class C, class T>
concept SharedCell = requires(
    C cell, T value, T& expected, bool (*done)(T), std::uint32_t (*pace)(T),
    std::uint32_t (*weighing_pace)(T, std::uint32_t), memory_order order, std::uint32_t looks) {
  { cell.load(order) } -> std::same_as<T>;
  { cell.store(value, order) } -> std::same_as<void>;
  { cell.exchange(value, order) } -> std::same_as<T>;
  { cell.compare_exchange(expected, value, order, order) } -> std::same_as<bool>;
  { cell.await(done, order) } -> std::same_as<T>;
  { cell.await(done, order, pace) } -> std::same_as<T>;
  { cell.await_for(done, order, looks) } -> std::same_as<std::optional<T>>;
  { cell.await_for(done, order, looks, pace) } -> std::same_as<std::optional<T>>;
  { cell.await_for(done, order, looks, weighing_pace) } -> std::same_as<std::optional<T>>;
  { cell.await_exchange(value, done, order) } -> std::same_as<T>;
  { cell.await_exchange(value, done, order, pace) } -> std::same_as<T>;
  { cell.await_exchange(value, done, order, weighing_pace) } -> std::same_as<T>;
  { cell.await_test_exchange(value, done, order) } -> std::same_as<T>;
  { cell.await_test_exchange(value, done, order, pace) } -> std::same_as<T>;
};

template <class C, class T>
concept SharedCounter = SharedCell<C, T> && requires(C cell, T addend, memory_order order) {
  { cell.fetch_add(addend, order) } -> std::same_as<T>;
};

template <class C, class T>
concept SharedBits = SharedCounter<C, T> && requires(C cell, T bits, memory_order order) {
  { cell.fetch_or(bits, order) } -> std::same_as<T>;
  { cell.fetch_and(bits, order) } -> std::same_as<T>;
};

template <class P, class U>
concept SharedPart = requires(P part, U value, memory_order order) {
  { part.load(order) } -> std::same_as<U>;
  { part.store(value, order) } -> std::same_as<void>;
  { part.exchange(value, order) } -> std::same_as<U>;
};

template <class C>
concept SharedWordOfParts = requires(C cell) {
  { cell.template part<std::uint8_t, 0>() } -> SharedPart<std::uint8_t>;
  { cell.template part<std::uint16_t, 1>() } -> SharedPart<std::uint16_t>;
};

// Who and where a thread is, and objects beyond an acquisition.
template <class M>
concept MachineThreads = requires(std::uint32_t index, std::uint32_t& object) {
  { M::template thread_slot<std::uint32_t>() } -> std::same_as<std::uint32_t&>;
  { M::template thread_slot<std::uint32_t>(index) } -> std::same_as<std::uint32_t&>;
  { M::template thread_object<std::uint32_t>() } -> std::same_as<std::uint32_t&>;
  { M::thread_index() } -> std::same_as<std::uint32_t>;
  { M::kMaxThreads } -> std::convertible_to<std::uint32_t>;
  { M::node() } -> std::same_as<std::uint32_t>;
  { M::place_of(&object) } -> std::same_as<std::uintptr_t>;
  { M::template make<std::uint32_t>() } -> std::same_as<std::uint32_t&>;
  { M::destroy(object) } -> std::same_as<void>;
  { M::template shared<std::uint32_t>() } -> std::same_as<std::uint32_t&>;
};

template <class M>
concept Machine =
    SharedCell<typename M::template Cell<bool>, bool> &&
    SharedCell<typename M::template Cell<void*>, void*> &&
    SharedBits<typename M::template Cell<std::uint32_t>, std::uint32_t> &&
    SharedBits<typename M::template Cell<std::uint64_t>, std::uint64_t> &&
    SharedWordOfParts<typename M::template Cell<std::uint32_t>> && MachineThreads<M> &&
    requires(typename M::template Cell<std::uint32_t>& cell, std::uint32_t value) {
      { M::relax(value) } -> std::same_as<void>;
      { M::random(value) } -> std::same_as<std::uint32_t>;
      { M::tries(value) } -> std::same_as<std::uint32_t>;
      { M::park(cell, value) } -> std::same_as<void>;
      { M::wake(cell, value) } -> std::same_as<void>;
      { M::doorway() } -> std::same_as<void>;
      { M::keep_order_for_interrupts() } -> std::same_as<void>;
      { M::kLineBytes } -> std::convertible_to<std::size_t>;
    };

}  // namespace spinlab
