// The texts of topologies/, as they were when the program was built: an installed program has them.
#pragma once

#include <string_view>
#include <vector>

namespace spinlab {

struct TopologyText {
  std::string_view name;  // Of the file, without folders.
  std::string_view text;
};
const std::vector<TopologyText>& topology_texts();

}  // namespace spinlab
