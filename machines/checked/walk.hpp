// Walk: one execution, step by step: for replays, random walks and simple searches.
//
// Forward only: an await whose value does not satisfy it is a choice like any other, and ends its
// thread's part in the execution.
#pragma once

#include <optional>
#include <vector>

#include "machines/checked/interleaving.hpp"
#include "machines/checked/judge.hpp"

namespace spinlab::checked {

class Walk {
 public:
  // All must outlive the walk.
  Walk(Threads& threads, const Options& options);

  // The threads that can take a step.
  std::vector<int> ready() const;
  // The steps that memory model and request allow the thread, newest first.
  std::vector<Step> steps(int thread) const;
  // Of these, the ones after which the thread can go on.
  std::vector<Step> useful_steps(int thread) const;
  // Takes one of them. Throws std::invalid_argument if it is none.
  void take(const Step& step);

  // What went wrong so far. Once set, no thread is ready.
  const std::optional<Violation>& violation() const { return violation_; }
  // Judges an execution in which no thread is ready.
  Ending end();
  const Graph& graph() const { return *graph_; }
  // The violation, or one that is kOk, with the graph; may be called once.
  Violation take_execution();

 private:
  void follow();

  Threads& threads_;
  const Options& options_;
  std::unique_ptr<Graph> graph_;
  std::optional<Violation> violation_;
  std::uint32_t last_uid_ = 0;
};

// Executions at random, each judged; the same seed gives the same outcome. Never complete.
Outcome walk_at_random(Threads& threads, const Options& options, std::uint64_t executions,
                       std::uint64_t seed);
Outcome walk_at_random(const Program& program, const Options& options, std::uint64_t executions,
                       std::uint64_t seed);

// The execution that the steps describe, up to its violation or the last of them. The outcome's
// violation holds its graph, also if its verdict is kOk.
// Throws std::invalid_argument if the program cannot take them.
Outcome follow_steps(Threads& threads, const Options& options, const std::vector<Step>& steps);
Outcome follow_steps(const Program& program, const Options& options,
                     const std::vector<Step>& steps);

}  // namespace spinlab::checked
