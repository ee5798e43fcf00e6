// Folding: what repeats in a report is shown once, and how often more.
#pragma once

#include <string>
#include <vector>

namespace spinlab::checked {

struct ReportLine {
  std::string text;  // As it is printed.
  std::string like;  // Lines that are alike have the same.
  std::string name;  // "T1.3"
  std::size_t indent = 0;
};

// The lines, each with its end. A group of up to 16 that comes at least three times in a row is
// printed once, and behind it "... 97 more times, up to T1.99".
std::string folded(const std::vector<ReportLine>& lines);

}  // namespace spinlab::checked
