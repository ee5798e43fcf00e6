// Everything of a fixed size that a thread or a program has: each row shows what happens one past
// its end. What is declared with a named size and is not in the table fails the last test.
#include "tests/interface/fixed_sizes.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/interface/verifier/stops.hpp"

namespace spinlab {
namespace {

std::vector<FixedSize> table() {
  std::vector<FixedSize> rows = fixed_sizes_of_locks();
  for (const FixedSize& row : fixed_sizes_of_interface()) rows.push_back(row);
  return rows;
}

class FixedSizes : public verifier::Stops, public testing::WithParamInterface<FixedSize> {};
INSTANTIATE_TEST_SUITE_P(, FixedSizes, testing::ValuesIn(table()),
                         [](const auto& row) { return row.param.name; });

TEST_P(FixedSizes, BearOnePastTheirEnd) {
  GetParam().show();
  EXPECT_EQ(codes(), GetParam().stops);
}

// "file:array" of every array whose size has a name.
std::set<std::string> arrays_in(const std::filesystem::path& folder) {
  static const std::regex kArray(
      R"re((?:[\w>]\s+(\w+)\[(?:\w+::)?(?:k[A-Z]|SPINLAB_M|LockQueueM)\w*[^\]]*\]\s*(?:;|\{))re"
      R"re(|std::array<[^;()]*, (?:\w+::)?(?:k[A-Z]|HIGH_LEVEL)[^>]*>\s+(\w+)))re");
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      std::smatch match;
      if (!std::regex_search(line, match, kArray)) continue;
      found.insert(entry.path().filename().string() + ":" +
                   (match[1].matched ? match[1].str() : match[2].str()));
    }
  }
  return found;
}

TEST(FixedSizesOfTheTree, AreAllInTheTable) {
  std::set<std::string> in_table = {
      // Each place of a report once: what finds no room is not reported.
      "hold_time.cpp:reported",
      // Constants.
      "fingerprint.cpp:kFillers", "ke_start_time.cpp:known"};
  for (const FixedSize& row : table()) in_table.insert(row.arrays.begin(), row.arrays.end());
  std::set<std::string> in_tree;
  for (const char* const folder : {"algorithms", "machines/native", "interface"})
    in_tree.merge(arrays_in(std::filesystem::path(SPINLAB_SOURCE) / folder));
  std::vector<std::string> missing;
  std::ranges::set_difference(in_tree, in_table, std::back_inserter(missing));
  EXPECT_EQ(missing, std::vector<std::string>());
  for (const FixedSize& row : table())
    for (const std::string& array : row.arrays) EXPECT_TRUE(in_tree.contains(array)) << array;
}

}  // namespace
}  // namespace spinlab
