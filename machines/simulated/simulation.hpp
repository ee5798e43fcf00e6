// Simulation: threads as fibers over a simulated machine, in the order of simulated time.
//
// Values are sequentially consistent; only time is modelled. A thread runs until its next access
// would take effect after somebody else's event, and then lets that one go first. Waiting costs
// nothing: a thread that waits for a cell is looked after by the write that changes it.
// Deterministic: the same model, seed and program give the same run on every host.
// Threads: one simulation runs on one host thread; others may run beside it on others.
#pragma once

#include <deque>
#include <exception>
#include <functional>
#include <new>
#include <utility>
#include <vector>

#include "machines/fiber.hpp"
#include "machines/simulated/arena.hpp"
#include "machines/simulated/coherence.hpp"
#include "machines/simulated/observer.hpp"
#include "machines/simulated/processors.hpp"
#include "machines/simulated/timing_wheel.hpp"

namespace spinlab::simulated {

// What an await knows of its cell; the machine's Cell derives one with the value's type. It lies on
// the waiting thread's stack.
struct Wait {
  bool (*look)(Wait&);           // Takes the value as it is; true if the wait is over.
  std::uint32_t (*pace)(Wait&);  // Units to relax after the value taken last.
  bool pace_is_constant;         // While the value is the same.
};

class Simulation {
 public:
  static constexpr std::uint32_t kMaxThreads = 1024;

  // `model` must outlive this.
  Simulation(const Model& model, std::uint64_t seed, std::uint32_t most_threads);
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  // A T in lines of its own whose home is the package; never destroyed.
  template <class T, class... Arguments>
  T& make(std::uint16_t home, Arguments&&... arguments) {
    static_assert(alignof(T) <= 2 * kLineBytes);
    return *::new (arena_.allocate(sizeof(T), home)) T(std::forward<Arguments>(arguments)...);
  }

  // A thread on a processor of the model. Returns its number, from 0.
  std::uint32_t spawn(std::uint32_t processor, std::function<void()> body);

  // Until all threads have ended. Throws std::runtime_error if those that have not wait for each
  // other, and what a thread threw. Once.
  void run();

  // Gets every transfer from now on; may be null.
  void observe(Observer* observer) { observer_ = observer; }

  Ticks now() const { return now_; }
  const Model& model() const { return model_; }
  // Accesses that were simulated; looks of waiting threads at lines that they have do not count.
  std::uint64_t operations() const { return operations_; }
  const Coherence& coherence() const { return coherence_; }

  // ---- for threads, and the machine that they run on ----

  // The simulation whose thread calls; null outside of threads.
  static Simulation* running() { return current; }
  std::uint32_t thread() const { return running_; }
  std::uint32_t processor() const { return threads_[running_].processor; }
  std::uint32_t processor_of(std::uint32_t thread) const { return threads_[thread].processor; }
  std::uint16_t package() const { return model_.package[processor()]; }
  SplitMix& random() { return random_; }
  std::size_t offset_of(const void* address) const { return arena_.offset_of(address); }

  // Lets time pass on the calling thread.
  void spend(Ticks ticks) { advance(now_ + ticks); }

  // An access to the cell at the address. `effect` is what it does with the value, and happens at
  // the moment that the access takes effect; returns when it is done.
  enum class Access : std::uint8_t { kLoad, kStore, kUpdate };
  template <class Effect>
  void access(Access access, const void* cell, Effect& effect) {
    perform(access, cell, {[](void* context) { (*static_cast<Effect*>(context))(); }, &effect});
  }

  // After a load of the calling thread that was not what it waits for: until a look is.
  void await(Wait& wait);
  // After an exchange that failed: relaxes for so many units, and then waits until another try makes
  // sense. A try that finds the line here is followed by units_here.
  void await_retry(std::uint32_t units, std::uint32_t units_here);

  // A futex: sleepers leave in the order in which they came.
  template <class StillEqual>
  void park(const void* word, StillEqual still_equal) {
    if (still_equal()) sleep(word);
  }
  void wake(const void* word, std::uint32_t count);

  // The object of `thread` for `key`, all threads' for kNobody; built when first asked for.
  void* slot(std::uint32_t thread, const void* key, std::size_t bytes, void (*build)(void*));
  void* allocate(std::size_t bytes) { return arena_.allocate(bytes, package()); }

 private:
  // What a thread waits for. With an event it goes on, or looks, when that is due.
  enum class State : std::uint8_t {
    kRuns,       // Its event.
    kRequested,  // Its access queues at the line.
    kEffect,     // Its event: its access takes effect.
    kSettled,    // Its processor has a copy, in which its last look failed.
    kLooks,      // Its event: the next look.
    kQueued,     // Its look queues at the line.
    kArrives,    // Its event: the line arrives, and with it its look.
    kRetries,    // Its last exchange failed, and its processor still has the line.
    kSleeps,     // It was parked.
    kEnded,
  };
  struct Effect {
    void (*run)(void* context);
    void* context;
  };

  // What events touch comes first, on one line of the host's cache.
  struct alignas(64) Thread {
    Ticks due = kNever;    // Of its event.
    Ticks done = 0;        // When its access ends.
    Ticks next_look = 0;   // While it waits.
    Line* line = nullptr;  // Of its last access.
    Wait* wait = nullptr;  // While it waits.
    Effect effect{};       // Of its request.
    std::uint32_t processor = 0;
    State state = State::kRuns;
    Access access = Access::kLoad;  // Of its request.
    bool held_up = false;           // Was due while another thread had its processor.

    Ticks left = 0;                  // It goes on so long after it has the processor back.
    Ticks period = 0;                // Between tries to exchange.
    std::uint32_t seen_changes = 0;  // Of its line, when it wrote there last.
    Fiber fiber;
    std::function<void()> body;
  };
  struct Slots {
    const void* key;
    std::vector<void*> objects;
  };
  static constexpr Ticks kNever = TimingWheel::kNever;

  static void enter(void* self);
  void end_thread();

  // ---- events: simulation.cpp ----
  void advance(Ticks to) {
    // Nobody else acts before: no event is needed.
    if (to < wheel_.next()) [[likely]] {
      now_ = to;
      return;
    }
    schedule(running_, State::kRuns, to);
    go_on();
  }
  void schedule(std::uint32_t thread, State state, Ticks due) {
    threads_[thread].state = state;
    threads_[thread].due = due;
    wheel_.push(now_, due, kThreadEvents + thread);
  }
  void go_on();
  std::uint32_t next_to_run();
  bool handle_thread(std::uint32_t thread);

  // ---- requests to lines: simulation_requests.cpp ----
  void perform(Access access, const void* cell, Effect effect);
  void request(Line& line, Access access, Effect effect);
  bool hits(const Line& line, Access access) const;
  Ticks cost_after_hit(Access access) const;
  void serve_access(Line& line, std::uint32_t thread);
  void take_effect(std::uint32_t thread);
  void changed(Line& line, std::uint32_t thread);
  void enqueue(Line& line, std::uint32_t thread, bool is_write);
  Ticks serve(Line& line, std::uint32_t thread, Access access);
  void serve_next(Line& line);
  void serve_later(Line& line);
  static bool is_idle(const Line& line, Ticks now) {
    return line.busy_until <= now && !line.serving;
  }

  // ---- waiting: simulation_waiting.cpp ----
  void look(std::uint32_t thread);
  void serve_look(Line& line, std::uint32_t thread);
  void arrive(std::uint32_t thread);
  void settle(std::uint32_t thread);
  void wake_settled(Line& line);
  void skip_looks(Thread& thread);
  void wake_retrying(Line& line, Ticks from);
  Ticks pace_of(Thread& thread) const;

  // ---- more threads than processors: simulation_scheduling.cpp ----
  bool hold_up(std::uint32_t thread);
  void sleep(const void* word);
  void free_processor(std::uint32_t processor);
  void dispatch(std::uint32_t thread, Ticks from);
  void preempt(std::uint32_t processor);
  void set_timer(std::uint32_t processor, Ticks due);

  // An event's number says what it is of.
  static constexpr std::uint32_t kThreadEvents = 0;
  static constexpr std::uint32_t kProcessorEvents = 1U << 16;
  static constexpr std::uint32_t kLineEvents = 1U << 17;

  inline static constinit thread_local Simulation* current = nullptr;

  const Model& model_;
  Arena arena_;
  Coherence coherence_;
  SplitMix random_;
  TimingWheel wheel_;
  std::vector<Thread> threads_;  // Never moved: room for all from the start.
  Processors processors_;
  Fiber host_;
  Ticks now_ = 0;
  std::uint32_t running_ = kNobody;
  std::uint32_t ended_ = 0;
  std::uint64_t operations_ = 0;
  Observer* observer_ = nullptr;
  std::vector<Line*> lines_;  // Those that have events; an event names one by its index.
  struct Sleeper {
    const void* word;
    std::uint32_t thread;
  };
  std::deque<Sleeper> sleepers_;
  std::vector<Slots> slots_;
  std::uint32_t idle_timers_ = 0;  // Since the last event of a thread.
  std::exception_ptr thrown_;
};

}  // namespace spinlab::simulated
