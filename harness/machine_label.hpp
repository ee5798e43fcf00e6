// Saying of a text that it is about a simulated machine, and about which, on every line: a line
// that is copied out of it must not pass for a measurement.
//
// Both functions are pure.
#pragma once

#include <string>
#include <string_view>

#include "harness/results.hpp"

namespace spinlab {

// `simulated <topology> | ` before each line of the text.
std::string simulated_lines(std::string_view topology_name, std::string_view text);

// The same, if the results are not of this or another host; else the text as it is.
std::string machine_lines(const Results& results, std::string_view text);

}  // namespace spinlab
