// check: explores every execution of a small program of your own.
//
//   struct MessagePassing {
//     Checked::Cell<int> data{0}, flag{0};
//     void run(int thread) {
//       if (thread == 0) {
//         data.store(1, memory_order::relaxed);
//         flag.store(1, memory_order::release);
//       } else if (flag.load(memory_order::acquire) == 1) {
//         checked::require(data.load(memory_order::relaxed) == 1, "the flag came before the data");
//       }
//     }
//   };
//   const checked::Result result = checked::check<MessagePassing>(2);
//   EXPECT_EQ(result.outcome.verdict(), checked::Verdict::kOk) << result.report;
//
// One search at a time on a host thread; any number on different ones. Throws
// std::invalid_argument or std::length_error for a program that is too large to hold.
#pragma once

#include <string>
#include <utility>

#include "machines/checked/checked.hpp"
#include "machines/checked/report.hpp"
#include "machines/checked/search.hpp"

namespace spinlab::checked {

struct Result {
  Outcome outcome;
  std::string report;  // Empty without a violation.
};

// Explores, and explains the violation if there is one.
Result check(const Program& program, const Options& options = {});

// The report of a violation that a search with these options found. Replaces it by the one with the
// fewest preemptions; `steps` (may be null) receives what follow_steps() replays.
std::string explain(const Program& program, const Options& options, Violation& violation,
                    std::string* steps = nullptr, const TryElsewhere& try_elsewhere = {});

// One execution again, with a report of it even if nothing is wrong. Throws std::invalid_argument if
// the program cannot take the steps.
Result replay(const Program& program, const Options& options, const std::vector<Step>& steps,
              const TryElsewhere& try_elsewhere = {});

// Calls the bytes of an object `name` in reports; to be called where the program is built.
template <class T>
void name_object(const T& object, std::string name) {
  Threads::current().name_object(&object, sizeof(object), std::move(name));
}

// World: default-constructed once; run(thread) is called for each thread, and again for each
// execution, and must do the same each time.
template <class World>
Result check(int threads, const Options& options = {}) {
  return check(program_of<World>(threads), options);
}

}  // namespace spinlab::checked
