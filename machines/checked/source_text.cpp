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

// An operation on a cell, or of the machine that goes to one: what it is called on, or with, if that
// is a name, and its opening parenthesis.
const std::regex& operation() {
  static const std::regex pattern(
      R"((?:(\w+)(?:\(\))?|[\])]|^\s*)(?:\.\s*(?:template )?part<[^>]*>\(\))?\.)"
      R"((?:load|store|exchange|fetch_\w+|compare_exchange|await\w*)\(|\w::(?:park|wake|fence)\((?=(?:(\w+),)?))");
  return pattern;
}

struct Operation {
  std::size_t begin;  // Of what it is called on.
  std::size_t end;    // Behind its parenthesis.
  std::string member;
};

std::vector<Operation> operations_of(const std::string& line) {
  std::vector<Operation> all;
  for (std::sregex_iterator found(line.begin(), line.end(), operation()), end; found != end;
       ++found) {
    const auto begin = static_cast<std::size_t>(found->position());
    all.push_back(
        {begin, begin + static_cast<std::size_t>(found->length()), found->str(1) + found->str(2)});
  }
  return all;
}

// Which operation of its line a column names: the parenthesis (GCC), or the beginning (Clang).
std::size_t place_in(const std::vector<Operation>& operations, std::size_t column) {
  for (std::size_t at = 0; at < operations.size(); ++at)
    if (column == operations[at].end || column == operations[at].begin + 1) return at;
  return 0;
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

std::size_t indentation(const std::string& line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// The nearest label above, unless the operations between have used it up or its block has ended.
std::string label_of(const Lines& lines, std::size_t at, std::size_t in_line) {
  constexpr std::size_t kFarthest = 14;
  std::size_t operations = in_line;
  std::size_t block = lines[at].size();
  for (std::size_t back = 1; back <= std::min(at, kFarthest); ++back) {
    const std::string& line = lines[at - back];
    const auto labels = labels_of(line);
    if (!labels.empty())
      return operations < labels.size() && indentation(line) <= block ? labels[operations] : "";
    if (line.empty() || is_comment(line)) continue;
    block = std::min(block, indentation(line));
    operations += operations_of(line).size();
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

SiteText text_at(std::string_view path, std::uint32_t line, std::uint32_t column) {
  const Lines& lines = lines_at(path);
  if (line == 0 || line > lines.size()) return {};
  const std::string& text = lines[line - 1];
  SiteText site;
  site.line = text.substr(indentation(text));
  const std::vector<Operation> operations = operations_of(text);
  const std::size_t place = place_in(operations, column);
  site.in_line = static_cast<int>(place);
  site.label = label_of(lines, line - 1, place);
  if (!operations.empty()) site.member = operations[place].member;
  return site;
}

}  // namespace spinlab::checked
