#include "machines/checked/source_text.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <mutex>
#include <regex>
#include <sstream>
#include <vector>

#include "machines/checked/mutation.hpp"

namespace spinlab::checked {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(std::istream& text) {
  Lines lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

struct Sources {
  std::mutex mutex;
  std::map<std::string, Lines, std::less<>> by_name;
};
Sources& sources() {
  static Sources all;
  return all;
}

const Lines& lines_at(std::string_view path) {
  Sources& all = sources();
  const std::scoped_lock guard(all.mutex);
  const std::string name(base_name(path));
  const auto known = all.by_name.find(name);
  if (known != all.by_name.end()) return known->second;
  std::ifstream file{std::string(path)};
  return all.by_name[name] = lines_of(file);
}

const std::regex& operation() {
  static const std::regex pattern(
      R"((\w+)(?:\(\))?(?:\.\s*(?:template )?part<[^>]*>\(\))?\.(?:load|store|exchange|fetch_\w+|compare_exchange|await\w*)\()");
  return pattern;
}

bool is_comment(const std::string& line) { return line.find_first_not_of(' ') == line.find("//"); }

// "[A1, A2]" at the beginning of a comment: its labels.
std::vector<std::string> labels_of(const std::string& line) {
  static const std::regex list(R"(^\s*// \[([A-Z]\w*(?:, ?[A-Z]\w*)*)\])");
  std::smatch found;
  std::vector<std::string> labels;
  if (!std::regex_search(line, found, list)) return labels;
  std::istringstream names(found[1]);
  for (std::string name; std::getline(names, name, ',');)
    labels.push_back(name.substr(name.find_first_not_of(' ')));
  return labels;
}

// The nearest label above; one that names several counts the operations below it.
std::string label_of(const Lines& lines, std::size_t at) {
  constexpr std::size_t kFarthest = 14;
  std::size_t operations = 0;
  for (std::size_t back = 1; back <= std::min(at, kFarthest); ++back) {
    const std::string& line = lines[at - back];
    const auto labels = labels_of(line);
    if (!labels.empty()) return labels[std::min(operations, labels.size() - 1)];
    if (!is_comment(line) && std::regex_search(line, operation())) ++operations;
  }
  return "";
}

}  // namespace

void add_source(std::string_view file, std::string_view text) {
  std::istringstream stream{std::string(text)};
  Sources& all = sources();
  const std::scoped_lock guard(all.mutex);
  all.by_name.emplace(file, lines_of(stream));
}

SiteText text_at(std::string_view path, std::uint32_t line) {
  const Lines& lines = lines_at(path);
  if (line == 0 || line > lines.size()) return {};
  const std::string& text = lines[line - 1];
  SiteText site;
  const std::size_t start = text.find_first_not_of(' ');
  if (start != std::string::npos) site.line = text.substr(start);
  site.label = label_of(lines, line - 1);
  std::smatch found;
  if (std::regex_search(text, found, operation())) site.member = found[1];
  return site;
}

}  // namespace spinlab::checked
