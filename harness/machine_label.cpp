#include "harness/machine_label.hpp"

#include <fmt/format.h>

namespace spinlab {

std::string simulated_lines(std::string_view topology_name, std::string_view text) {
  std::string labelled;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    labelled += fmt::format("simulated {} |{}{}\n", topology_name, line.empty() ? "" : " ", line);
  }
  return labelled;
}

std::string machine_lines(const Results& results, std::string_view text) {
  if (results.machine == "native") return std::string(text);
  const bool has_name = !results.topology_name.empty();
  return simulated_lines(has_name ? results.topology_name : results.topology, text);
}

}  // namespace spinlab
