#include "machines/checked/folding.hpp"

#include <algorithm>

namespace spinlab::checked {
namespace {

constexpr std::size_t kLongest = 16;
constexpr std::size_t kFewest = 3;

// How often the group of `length` lines at `from` stands there in a row.
std::size_t repeats(const std::vector<ReportLine>& lines, std::size_t from, std::size_t length) {
  std::size_t end = from + length;
  while (end < lines.size() && lines[end].like == lines[end - length].like) ++end;
  return (end - from) / length;
}

// The shortest group at `from` that repeats; 0: none does.
std::size_t group_at(const std::vector<ReportLine>& lines, std::size_t from) {
  for (std::size_t length = 1; length <= std::min(kLongest, lines.size() - from); ++length)
    if (repeats(lines, from, length) >= kFewest) return length;
  return 0;
}

}  // namespace

std::string folded(const std::vector<ReportLine>& lines) {
  std::string out;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t group = group_at(lines, at);
    const std::size_t end = at + std::max(group, std::size_t{1});
    for (; at < end; ++at) out += lines[at].text + "\n";
    if (group == 0) continue;
    const std::size_t more = repeats(lines, end - group, group) - 1;
    at += more * group;
    out += std::string(lines[at - 1].indent, ' ') + "... " +
           (group > 1 ? "these " + std::to_string(group) + " lines " : "") + std::to_string(more) +
           " more times, up to " + lines[at - 1].name + "\n";
  }
  return out;
}

}  // namespace spinlab::checked
