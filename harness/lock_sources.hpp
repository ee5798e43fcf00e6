// The texts of algorithms/ and interface/, as they were compiled: the checker's reports quote them.
#pragma once

#include <string_view>
#include <vector>

namespace spinlab {

struct LockSource {
  std::string_view name;  // Of the file, without folders.
  std::string_view text;
};
const std::vector<LockSource>& lock_sources();

}  // namespace spinlab
