// The processors of a window's threads.
#pragma once

#include <vector>

#include "harness/topology.hpp"

namespace spinlab {

// Those that this process may use, in turn.
inline std::vector<int> allowed_processors(int threads) {
  const std::vector<int> allowed = Topology::host().processors();
  std::vector<int> taken;
  for (int i = 0; i < threads; ++i)
    taken.push_back(allowed[static_cast<std::size_t>(i) % allowed.size()]);
  return taken;
}

}  // namespace spinlab
