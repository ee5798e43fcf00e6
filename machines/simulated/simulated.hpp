// Simulated: the machine of the simulator. Every access of a lock is charged the time that the line
// takes to come, on a machine that only its model describes.
//
// Only inside the threads of a simulation (simulation.hpp); elsewhere, as in constructors, accesses
// act at once and cost nothing.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstring>
#include <new>
#include <optional>
#include <type_traits>

#include "machines/machine.hpp"
#include "machines/simulated/part.hpp"
#include "machines/simulated/simulation.hpp"

namespace spinlab {

struct Simulated {
  using Simulation = simulated::Simulation;

  // As natively: layouts are the same. What travels are lines of 64 bytes.
  static constexpr std::size_t kLineBytes = 128;
  static constexpr std::uint32_t kMaxThreads = Simulation::kMaxThreads;

  template <class T>
  class Cell;

  static void relax(std::uint32_t units) {
    Simulation& simulation = *Simulation::running();
    simulation.spend(simulation.model().pause * units);
  }
  static std::uint32_t random(std::uint32_t bound) {
    return Simulation::running()->random().below(bound);
  }
  static constexpr std::uint32_t tries(std::uint32_t count) { return count; }
  static void doorway() {}
  static void keep_order_for_interrupts() {}  // There are none.

  static void park(const Cell<std::uint32_t>& cell, std::uint32_t value);
  static void wake(const Cell<std::uint32_t>& cell, std::uint32_t count) {
    Simulation::running()->wake(&cell, count);
  }

  static std::uint32_t thread_index() { return Simulation::running()->thread(); }
  static std::uint32_t node() {
    const Simulation& simulation = *Simulation::running();
    return simulation.model().node[simulation.processor()];
  }
  static std::uintptr_t place_of(const void* object) {
    return Simulation::running()->offset_of(object);
  }

  template <class T>
  static T& thread_slot() {
    return thread_slot<T>(thread_index());
  }
  template <class T>
  static T& thread_slot(std::uint32_t thread) {
    static_assert(alignof(T) <= kLineBytes);
    return *static_cast<T*>(Simulation::running()->slot(thread, &kKey<T>, sizeof(T), &build<T>));
  }
  template <class T>
  static T& shared() {
    return thread_slot<T>(simulated::kNobody);
  }
  template <class T>
  static T& make() {
    static_assert(alignof(T) <= kLineBytes);
    return *::new (Simulation::running()->allocate(sizeof(T))) T{};
  }
  // The bytes stay: a simulation is short, and ends as a whole.
  template <class T>
  static void destroy(T& object) {
    object.~T();
  }
  template <class T>
  static T& thread_object() {
    return make<T>();
  }

 private:
  template <class T>
  static constexpr char kKey = 0;  // Its address names the type.
  template <class T>
  static void build(void* at) {
    ::new (at) T{};
  }
};

// Holds its value and nothing else: layouts are as on the other machines.
template <class T>
class Simulated::Cell {
 public:
  constexpr explicit Cell(T value) : value_(value) {}
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;

  T load(memory_order) const {
    return read([this] { return value_; });
  }
  void store(T value, memory_order) {
    write([&] { value_ = value; });
  }
  T exchange(T value, memory_order) {
    return update([value](T) { return value; });
  }
  T fetch_add(T addend, memory_order) {
    return update([addend](T old) { return static_cast<T>(old + addend); });
  }
  T fetch_or(T bits, memory_order) {
    return update([bits](T old) { return static_cast<T>(old | bits); });
  }
  T fetch_and(T bits, memory_order) {
    return update([bits](T old) { return static_cast<T>(old & bits); });
  }
  // One that fails takes the line, too.
  bool compare_exchange(T& expected, T value, memory_order, memory_order) {
    const T old = update([&](T now) { return now == expected ? value : now; });
    return std::exchange(expected, old) == old;
  }

  template <class U, std::size_t kIndex>
  auto part() {
    static_assert((kIndex + 1) * sizeof(U) <= sizeof(T));
    return simulated::Part<Cell, U, kIndex>(*this);
  }

  template <class Done>
  T await(Done done, memory_order order) const {
    return await(done, order, OneUnit{});
  }
  template <class Done, class Pace>
  T await(Done done, memory_order order, Pace pace) const;

  template <class Done>
  std::optional<T> await_for(Done done, memory_order order, std::uint32_t looks) const {
    return await_for(done, order, looks, OneUnit{});
  }
  template <class Done, class Pace>
  std::optional<T> await_for(Done done, memory_order order, std::uint32_t looks, Pace pace) const {
    for (std::uint32_t look = 0; look < looks; ++look) {
      const Ticks begin = now();
      const T value = load(order);
      if (done(value)) return value;
      relax(units_after(pace, value, now() - begin));
    }
    return std::nullopt;
  }

  template <class Done>
  T await_exchange(T value, Done done, memory_order order) {
    return await_exchange(value, done, order, OneUnit{});
  }
  template <class Done, class Pace>
  T await_exchange(T value, Done done, memory_order order, Pace pace) {
    for (;;) {
      const Ticks begin = now();
      const T taken = exchange(value, order);
      if (done(taken)) return taken;
      // The next look costs what this one did; those after it, while the line stays, what one
      // costs that finds it here.
      Simulation& simulation = *Simulation::running();
      const simulated::Model& model = simulation.model();
      const std::uint32_t units = units_after(pace, taken, now() - begin);
      Pace next = pace;
      simulation.await_retry(units, units_after(next, taken, model.rmw + model.operation));
    }
  }

  template <class Done>
  T await_test_exchange(T value, Done done, memory_order order) {
    return await_test_exchange(value, done, order, OneUnit{});
  }
  template <class Done, class Pace>
  T await_test_exchange(T value, Done done, memory_order order, Pace pace) {
    // As natively, the first try tests nothing; one pace for tests and exchanges.
    T taken = exchange(value, order);
    while (!done(taken)) {
      relax(pace(taken));
      await(done, memory_order::relaxed, [&pace](T held) mutable { return pace(held); });
      taken = exchange(value, order);
    }
    return taken;
  }

 private:
  template <class, class, std::size_t>
  friend class simulated::Part;
  friend struct Simulated;

  struct OneUnit {
    std::uint32_t operator()(T) const { return 1; }
  };

  using Ticks = simulated::Ticks;
  static Ticks now() { return Simulation::running()->now(); }

  template <class Pace>
  static std::uint32_t units_after(Pace& pace, T seen, Ticks took) {
    if constexpr (WeighingPace<Pace, T>) {
      const Ticks units = took / std::max<Ticks>(Simulation::running()->model().pause, 1);
      return pace(seen, look_cost(units));
    } else {
      return pace(seen);
    }
  }

  // Accesses, with what happens at the moment of their effect.
  template <class Effect>
  void access(Simulation::Access how, Effect effect) const {
    Simulation* const simulation = Simulation::running();
    if (simulation == nullptr) return effect();
    simulation->access(how, this, effect);
  }
  template <class Read>
  auto read(Read value_of) const {
    decltype(value_of()) value{};
    access(Simulation::Access::kLoad, [&] { value = value_of(); });
    return value;
  }
  template <class Write>
  void write(Write written) {
    access(Simulation::Access::kStore, written);
  }
  template <class Next>
  T update(Next next) {
    T old{};
    access(Simulation::Access::kUpdate, [&] { old = std::exchange(value_, next(value_)); });
    return old;
  }

  template <class Done, class Pace>
  struct WaitFor : simulated::Wait {
    const Cell& cell;
    Done done;
    Pace pace_after;
    T seen;

    WaitFor(const Cell& waited_on, Done is_done, Pace paced, T first)
        // A pace that may be asked through a constant keeps no count of its own.
        : Wait{&take, &units, std::is_invocable_v<const Pace&, T>},
          cell(waited_on),
          done(is_done),
          pace_after(paced),
          seen(first) {}

    static bool take(Wait& wait) {
      auto& self = static_cast<WaitFor&>(wait);
      self.seen = self.cell.value_;
      return self.done(self.seen);
    }
    static std::uint32_t units(Wait& wait) {
      auto& self = static_cast<WaitFor&>(wait);
      return self.pace_after(self.seen);
    }
  };

  T value_;
};

template <class T>
template <class Done, class Pace>
T Simulated::Cell<T>::await(Done done, memory_order order, Pace pace) const {
  const T first = load(order);
  if (done(first)) return first;
  WaitFor<Done, Pace> wait(*this, done, pace, first);
  Simulation::running()->await(wait);
  return wait.seen;
}

inline void Simulated::park(const Cell<std::uint32_t>& cell, std::uint32_t value) {
  // Nothing comes between the look and the sleep: the kernel's own lock sees to that.
  if (cell.load(memory_order::relaxed) != value) return;
  Simulation::running()->park(&cell, [&] { return cell.value_ == value; });
}

static_assert(Machine<Simulated>);
static_assert(sizeof(Simulated::Cell<bool>) == 1 &&
              sizeof(Simulated::Cell<void*>) == sizeof(void*));

}  // namespace spinlab
