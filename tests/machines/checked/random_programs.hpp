// Litmus programs at random, and the numbers that a test of many is run with.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "litmus_program.hpp"

namespace spinlab::litmus {

struct Shape {
  int most_threads = 3;
  int most_instructions = 3;  // Of one thread.
  int most_locations = 2;
  std::vector<Action> actions;  // Repeated ones are more frequent.
  bool seq_cst = true;
  bool conditions = false;  // Some instructions depend on what was read before.
  bool identical = false;   // All threads do the same.
};

inline const std::vector<Action> kAtomicActions = {
    Action::kLoad,     Action::kLoad,     Action::kStore,           Action::kStore,
    Action::kExchange, Action::kFetchAdd, Action::kCompareExchange, Action::kFence};
inline const std::vector<Action> kLoadsAndStores = {Action::kLoad, Action::kLoad, Action::kStore};
inline const std::vector<Action> kUpdates = {
    Action::kLoad,     Action::kStore,           Action::kExchange,       Action::kFetchAdd,
    Action::kFetchAdd, Action::kCompareExchange, Action::kCompareExchange};
inline const std::vector<Action> kFences = {Action::kLoad,    Action::kLoad,  Action::kStore,
                                            Action::kStore,   Action::kFence, Action::kFence,
                                            Action::kFetchAdd};
inline const std::vector<Action> kWaits = {
    Action::kLoad,       Action::kStore,      Action::kStore,          Action::kFetchAdd,
    Action::kExchange,   Action::kAwaitEqual, Action::kAwaitOther,     Action::kAwaitExchange,
    Action::kAwaitEqual, Action::kFence,      Action::kCompareExchange};
inline const std::vector<Action> kWaitsAndPlainData = {
    Action::kLoad,       Action::kStore,      Action::kStore,         Action::kFetchAdd,
    Action::kAwaitOther, Action::kAwaitEqual, Action::kAwaitExchange, Action::kFence,
    Action::kPlainLoad,  Action::kPlainStore, Action::kPartStore};
inline const std::vector<Action> kParts = {
    Action::kLoad,      Action::kStore,          Action::kPartStore, Action::kPartStore,
    Action::kPartStore, Action::kPartExchange,   Action::kFetchAdd,  Action::kAwaitOther,
    Action::kFence,     Action::kCompareExchange};

inline const std::vector<Action> kSleeps = {Action::kPark,     Action::kPark,    Action::kWake,
                                            Action::kStore,    Action::kStore,   Action::kLoad,
                                            Action::kExchange, Action::kFetchAdd};
inline const std::vector<Action> kSleepsAndPlainData = {
    Action::kPark, Action::kPark,     Action::kWake,      Action::kStore,     Action::kAwaitOther,
    Action::kLoad, Action::kFetchAdd, Action::kPlainLoad, Action::kPlainStore};

// The same seed gives the same program. None whose reads-from maps are more than 100,000.
Program random_program(const Shape& shape, std::uint64_t seed);

// How much a test of many programs may still do: in graphs, maps or executions that it looks at, not
// in seconds, so that it ends on a loaded host as on an idle one.
class Work {
 public:
  explicit Work(std::uint64_t bound) : left_(bound) {}
  void spend(std::uint64_t steps) { left_ -= steps < left_ ? steps : left_; }
  std::uint64_t left() const { return left_; }

 private:
  std::uint64_t left_;
};

// Programs, each of its own seed, so that one that failed is run again alone.
struct Series {
  std::uint64_t first_seed;
  std::uint64_t programs;
  std::uint64_t steps_each;  // On average, at most.
};

// Calls `test` for each seed, up to a failure or the end of the work; fails if that ends it before
// half of the programs were tested. SPINLAB_SEED and SPINLAB_PROGRAMS replace what the test gives;
// debug builds and ASan run a tenth. Prints what was run.
void for_each_seed(const Series& series,
                   const std::function<void(std::uint64_t seed, Work& work)>& test);

// "seed 12 is\nT0: ...".
std::string describe(std::uint64_t seed, const Program& program);

}  // namespace spinlab::litmus
