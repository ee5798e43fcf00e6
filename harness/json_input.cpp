#include "harness/json_input.hpp"

#include <vector>

namespace spinlab {

void require_modest_json(std::string_view text) {
  constexpr std::size_t kDeepest = 32;
  constexpr std::size_t kMostMembers = 4096;
  std::vector<std::size_t> members;  // Of each object and array that is open; of arrays, 0.
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (in_string) {
      if (letter == '\\') ++at;
      in_string = letter != '"';
    } else if (letter == '"') {
      in_string = true;
    } else if (letter == '{' || letter == '[') {
      if (members.size() == kDeepest) {
        throw UserError(fmt::format("it is nested deeper than {}", kDeepest));
      }
      members.push_back(0);
    } else if ((letter == '}' || letter == ']') && !members.empty()) {
      members.pop_back();
    } else if (letter == ':' && !members.empty() && ++members.back() > kMostMembers) {
      throw UserError(fmt::format("an object in it has more than {} members", kMostMembers));
    }
  }
}

}  // namespace spinlab
