// Threads: the checked program's threads as fibers that follow a graph.
//
// A fiber takes the results of its operations from the graph and stops at the first operation that
// the graph does not hold. When an event that it consumed has changed since, it starts anew.
// One search, on one host thread; another search may run on another.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "machines/checked/beyond.hpp"
#include "machines/checked/memory.hpp"
#include "machines/checked/mutation.hpp"
#include "machines/checked/program.hpp"
#include "machines/fiber.hpp"

namespace spinlab::checked {

class Threads {
 public:
  // Program and options must outlive this. Throws std::invalid_argument for numbers out of range.
  Threads(const Program& program, const Options& options);
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  // The one whose fiber runs on this host thread; there must be one.
  static Threads& current();

  // ---- for searches ----
  enum class State : std::uint8_t { kFresh, kAtRequest, kBlocked, kFinished };

  // Brings every thread to its first request that the graph lacks, to an await that is blocked in
  // the graph, or to its end. Returns what went wrong instead, if anything did.
  std::optional<Violation> follow(Graph& graph);
  // The same from the beginning, each thread as far as it comes: memory is then as the graph left
  // it, for reports.
  void settle(Graph& graph);
  State state(int thread) const { return fiber(thread).state; }
  const Request& request(int thread) const { return fiber(thread).request; }
  int count() const { return program_.threads; }
  // In all executions so far.
  const Asks& asks() const { return asks_; }
  // The next follow() runs every thread from its beginning.
  void forget();
  const Memory& memory() const { return memory_; }
  // Every site that was reached, in the order of their first use, with the orders as mutated.
  const std::vector<Site>& sites() const { return sites_; }
  void record_sites(bool on) { records_sites_ = on; }
  // The address and the size of a cell, by its index.
  const void* address_of(int cell) const { return cells_[static_cast<std::size_t>(cell)].address; }
  std::size_t bytes_of(int cell) const { return cells_[static_cast<std::size_t>(cell)].bytes; }
  int cells() const { return static_cast<int>(cells_.size()); }
  // What reports call the bytes there. For `build`, once an object; objects may lie within others.
  void name_object(const void* at, std::size_t bytes, std::string name);
  struct NamedObject {
    const void* at;
    std::size_t bytes;
    std::string name;
  };
  const std::vector<NamedObject>& names() const { return names_; }

  // ---- for the machine, called by the running fiber ----
  int running() const { return running_; }
  // The answers that tell threads apart are given through here. Construction is no thread's.
  int tell_apart(Ask ask) {
    if (running_ >= 0) asks_.add(ask);
    return running_;
  }
  int nodes() const { return options_.nodes; }
  bool is_building() const { return running_ < 0 || building_slot_; }
  const Event& perform(const Request& request);
  // The index of the cell at the address; a stray pointer ends the execution.
  std::uint8_t cell_at(const void* address, std::size_t bytes, Value initial,
                       const Request& request);
  void declare_cell(const void* address);
  // As Memory::slot(). What is done in `build` is construction.
  void* slot(int thread, const void* key, Memory::Kind kind, void (*build)(void*));
  void* allocate(Memory::Kind kind) { return memory_.allocate(running_, kind); }
  [[noreturn]] void fail(Verdict verdict, std::string what, const Request& request);
  // Whether the newest park of the running thread's acquisition there returned without a reason.
  bool returned_for_no_reason(const void* cell, const std::source_location& where) const;
  // Changes the request's orders if it is a mutated site, and says which operator acts there.
  Mutation::Operator mutate(Request& request, bool tests_first = false);

 private:
  struct Thread {
    Fiber fiber;
    State state = State::kFresh;
    int position = 0;  // Events consumed.
    Request request;
    std::array<std::uint32_t, kMaxEvents> log;  // Their uids.
  };
  struct KnownCell {
    const void* address;
    std::size_t bytes;
    Value initial;
  };

  Thread& fiber(int thread) { return threads_[static_cast<std::size_t>(thread)]; }
  const Thread& fiber(int thread) const { return threads_[static_cast<std::size_t>(thread)]; }
  void adopt(Graph& graph);
  bool is_stale(int thread) const;
  void start_anew(int thread);
  void run(int thread);
  void pause();
  static void enter(void* self);
  void record(const Request& request, bool tests_first);
  void refuse_construction() const;
  const Event& go_on_beyond(const Request& request);

  const Program& program_;
  const Options& options_;
  Memory memory_;
  Fiber outside_;  // The search.
  std::array<Thread, kMaxThreads> threads_;
  std::vector<KnownCell> cells_;
  std::vector<Site> sites_;
  std::vector<NamedObject> names_;
  Asks asks_;
  bool records_sites_ = false;
  Graph* graph_ = nullptr;
  int running_ = -1;
  bool building_slot_ = false;
  std::optional<Beyond> beyond_;  // Of the running thread.
  std::optional<Violation> failure_;
};

}  // namespace spinlab::checked
