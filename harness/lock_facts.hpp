// What a lock shows of itself while it runs, rather than what its text says: the model checker's
// programs and rungs are chosen by it.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <vector>

#include "machines/checked/program.hpp"

namespace spinlab {

// A cell of the lock that each acquisition counts on by the same step, and never back.
struct LockCounter {
  std::size_t offset = 0;  // In the lock.
  std::size_t bytes = 0;
  std::uint64_t before = 0;  // The value from which one step leads to the first.
};

struct LockFacts {
  checked::Asks asks;  // In what was walked; a search notices them all itself.
  std::vector<LockCounter> counters;
};

// Walks through `contended` at random for the asks, and through `in_turn` one thread after the
// other for the counters: four acquisitions by each tell a counter from a flag. `lock_in` finds the
// lock, of so many bytes, in the second program's world.
LockFacts facts_of(const checked::Program& contended, const checked::Program& in_turn,
                   const std::function<const void*(const void*)>& lock_in, std::size_t bytes);

// A lock as it would be just before its counters wrap around. Cells keep their first value, and
// nothing else, where they lie.
inline void wind_back(void* lock, const std::vector<LockCounter>& counters) {
  for (const LockCounter& counter : counters)
    std::memcpy(static_cast<char*>(lock) + counter.offset, &counter.before, counter.bytes);
}

}  // namespace spinlab
