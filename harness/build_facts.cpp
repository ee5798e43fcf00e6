#include "harness/build_facts.hpp"

#include <string>

#include "harness/user_error.hpp"

namespace spinlab {

void require_measuring_build(std::string_view command) {
  if (kOptimised && !kSanitized) return;
  throw UserError("spinlab " + std::string(command) + " does not measure in a build " +
                  (kSanitized ? "with sanitizers" : "without optimisation") +
                  "; the preset 'release' builds one that does");
}

}  // namespace spinlab
