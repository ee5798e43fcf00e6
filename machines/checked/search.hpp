// Search: visits every consistent execution of a program once, without a set of visited ones.
//
// Source: Kokologiannakis, Marmanis, Gladstein and Vafeiadis, "Truly Stateless, Optimal Dynamic
// Partial Order Reduction", POPL 2022 (TruSt). One thread's next event is added at a time; a new
// write also looks back at the reads that could have read it, and where the events between were
// added in the one canonical way (maximally), it explores the graph without them.
// Deterministic: the same program and options give the same counts on any host.
#pragma once

#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "machines/checked/extend.hpp"
#include "machines/checked/program.hpp"
#include "machines/checked/threads.hpp"

namespace spinlab::checked {

class Search {
 public:
  // The program must outlive the search.
  Search(const Program& program, Options options);

  // May be called once. Throws std::invalid_argument or std::length_error for a program that is too
  // large to hold.
  Outcome run();

  // How many complete executions run() would visit, about; instead of run(). Goes through the
  // search's tree level by level, and expands at random `width` of a level's nodes for all of them.
  // The mean over seeds is unbiased, and exact where no level is wider. -1: there is a violation.
  // Source: Rubinstein, Ridder and Vaisman, "Fast Sequential Monte Carlo Methods for Counting and
  // Optimization", Wiley 2013 (stochastic enumeration), after Knuth's estimator of 1975.
  double estimate_executions(std::size_t width, std::uint64_t seed);

  // Called with each complete execution, and with each execution in which all wait for ever.
  std::function<void(const Graph&)> on_execution;
  std::function<void(const Graph&)> on_deadlock;
  // Called with each violation, which it may take; the outcome then holds only a verdict.
  std::function<void(Violation&)> on_violation;
  // Called now and then, with the outcome so far; ends the search by returning false.
  std::function<bool(const Outcome&)> on_progress;

  Threads& threads() { return threads_; }

 private:
  enum class Stop : std::uint8_t { kNo, kYes, kStartAgain };

  // The nodes of one level of the search's tree: some of those that were seen.
  struct Level {
    std::vector<std::unique_ptr<Graph>> nodes;
    std::size_t size = 0;  // Of `nodes`: those in use.
    std::uint64_t seen = 0;
  };

  void visit(Graph& graph);
  void expand(Graph& graph);
  void keep_some(const Graph& graph);
  void visit_next(Graph& graph);
  void visit_park(Graph& graph, int thread, const Request& request);
  void visit_reads(Graph& graph, int thread, const Request& request);
  void visit_owed_write(Graph& graph);
  void visit_write(Graph& graph, int thread, Id source);
  template <class Then>
  void place_everywhere(Graph& graph, Id write, Id source, int lowest, Then then);
  void revisit(const Graph& graph, Id read, Id write, Id source);
  bool stands_in_order(const Graph& graph, Id write) const;
  int first_update(const Graph& graph, int thread) const;
  int next_thread() const;

  void end(Graph& graph);
  void finish(Graph& graph);
  bool is_same_when_run_again(Graph& graph);
  void report(Violation violation, const Graph& graph);

  Graph& borrow_graph();
  std::uint32_t new_uid() { return ++last_uid_; }

  Options options_;
  Threads threads_;
  Outcome outcome_;
  Stop stop_ = Stop::kNo;
  std::uint32_t last_uid_ = 0;
  std::array<bool, kMaxCells> stored_{};  // Cells that symmetry cannot order.
  std::vector<std::unique_ptr<Graph>> graphs_;
  std::size_t graphs_in_use_ = 0;
  Level next_level_;        // While sizes are estimated:
  std::size_t width_ = 0;   // > 0, and
  std::mt19937_64 engine_;  // what is drawn by.
  bool ran_again_ = false;
  std::uint64_t ends_ = 0;
};

// Whether the events that the revisit "`read` reads `write`" deletes were all added maximally.
bool may_revisit(const Graph& graph, Id read, Id write);

}  // namespace spinlab::checked
