#include "machines/checked/judge.hpp"

#include <string>
#include <utility>

#include "machines/checked/fairness.hpp"

namespace spinlab::checked {
namespace {

Violation violation(Verdict verdict, std::string what) {
  Violation made;
  made.verdict = verdict;
  made.what = std::move(what);
  return made;
}

}  // namespace

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kRace:
      return "race";
    case Verdict::kDeadlock:
      return "deadlock";
    case Verdict::kLivelock:
      return "livelock";
    case Verdict::kExclusion:
      return "exclusion";
    case Verdict::kFifo:
      return "fifo";
    case Verdict::kBypass:
      return "bypass";
    case Verdict::kMisuse:
      return "misuse";
  }
  return "?";
}

Ending ending_of(const Graph& graph, const Threads& threads) {
  Ending ending = Ending::kFinished;
  for (int thread = 0; thread < graph.threads; ++thread) {
    if (threads.state(thread) == Threads::State::kFinished) continue;
    const Event& await = graph.newest(thread);
    if (!graph.is_newest(await.request.cell, await.source)) return Ending::kBlocked;
    if (!await.request.is_stuck_at(await.value)) return Ending::kBlocked;
    ending = Ending::kDeadlock;
  }
  return ending;
}

Violation deadlock() {
  return violation(Verdict::kDeadlock,
                   "every thread that has not finished waits for a value that nobody will write");
}

std::optional<Violation> unfair(const Graph& graph, int bypasses, const Options& options) {
  if (options.bypass_bound < 0) return std::nullopt;
  if (const char* const what = unjudged(graph, options.bypass_is_fifo))
    return violation(Verdict::kMisuse, what);
  if (waits_before_doorway(graph))
    return violation(Verdict::kBypass,
                     "a thread waited before its doorway, where it may be bypassed without end");
  if (bypasses <= options.bypass_bound) return std::nullopt;
  if (options.bypass_is_fifo)
    return violation(Verdict::kFifo, "a thread entered before one whose doorway was earlier");
  return violation(Verdict::kBypass, "a waiting thread was bypassed " + std::to_string(bypasses) +
                                         " times; its lock declares at most " +
                                         std::to_string(options.bypass_bound));
}

Violation faulty(Fault fault, Id conflict, int thread, const Request& request) {
  Violation made =
      fault == Fault::kRace
          ? violation(Verdict::kRace,
                      "two accesses to one place are not ordered, and one is a plain write")
          : violation(Verdict::kMisuse, "a cell is used after its lifetime has ended");
  made.thread = thread;
  made.request = request;
  made.conflict = conflict;
  return made;
}

Violation not_deterministic(int thread, const char* how) {
  Violation made =
      violation(Verdict::kMisuse, std::string("the program is not deterministic: ") + how);
  made.thread = thread;
  return made;
}

}  // namespace spinlab::checked
