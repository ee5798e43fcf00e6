// Litmus programs at random, and the numbers that a test of many is run with.
#pragma once

#include <cstdint>
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

// SPINLAB_SEED and SPINLAB_PROGRAMS replace what a test gives; each seed is one program's, so that
// a program that failed is run again alone.
struct Series {
  std::uint64_t first_seed;
  std::uint64_t programs;
};
// Prints it, so that a log says what was run. Debug builds and ASan run a tenth, TSan
// a fiftieth.
Series series(std::uint64_t first_seed, std::uint64_t programs);

// "seed 12 is\nT0: ...".
std::string describe(std::uint64_t seed, const Program& program);

}  // namespace spinlab::litmus
