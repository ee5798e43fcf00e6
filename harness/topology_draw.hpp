// Pictures of machines, by hwloc's own program for that.
#pragma once

#include <string>

#include "harness/output_file.hpp"

namespace spinlab {

// What lstopo is to draw: this computer, if both are empty.
struct DrawnMachine {
  std::string synthetic;
  std::string xml;  // Path of a file.
};

// Writes an SVG file. Throws UserError, one line, if lstopo is not installed (and says what to
// install) or fails, or if the file cannot be written; nothing is written then.
// Thread safety: calls are independent.
void draw_topology(const DrawnMachine& machine, const std::string& path, Overwrite overwrite);

}  // namespace spinlab
