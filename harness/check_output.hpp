// What `spinlab check` prints.
#pragma once

#include <string>
#include <vector>

#include "harness/check_run.hpp"
#include "harness/mutants.hpp"

namespace spinlab {

// One line a check, with a heading; reports of violations behind it.
std::string checks_text(const std::vector<CheckResult>& results);
// {"results": [...]}.
std::string checks_json(const std::vector<CheckResult>& results);

// "killed"; "equivalent" in the catalogue, "survives" in survivors.def.
const char* expectation_of(const Mutant& mutant);

std::string mutants_text(const std::vector<MutantResult>& results);
// {"mutants": [...], "as_expected": true}.
std::string mutants_json(const std::vector<MutantResult>& results);

}  // namespace spinlab
