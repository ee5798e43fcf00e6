// Several results files of one host as one.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <span>

#include "harness/results.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

// A run counted twice would make every interval too narrow.
void require_distinct(const std::vector<std::string>& paths) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    for (std::size_t j = i + 1; j < paths.size(); ++j) {
      std::error_code missing;  // read_results() has said what is missing.
      if (std::filesystem::equivalent(paths[i], paths[j], missing)) {
        throw UserError(
            fmt::format("'{}' and '{}' are one file; give each run once", paths[i], paths[j]));
      }
    }
  }
}

void require_equal(std::string_view what, const std::string& first_path, const std::string& first,
                   const std::string& path, const std::string& value) {
  if (first == value) return;
  throw UserError(
      fmt::format("'{}' and '{}' differ in {} ('{}' and '{}'): give results of one "
                  "host only",
                  first_path, path, what, first, value));
}

int block_count(std::span<const Row> rows) {
  int count = 0;
  for (const Row& row : rows) count = std::max(count, row.block + 1);
  return count;
}

void append(Results more, Results& pooled) {
  const int offset = block_count(pooled.rows);
  for (Row& row : more.rows) row.block += offset;
  pooled.fit_for_measuring = pooled.fit_for_measuring && more.fit_for_measuring;
  std::ranges::move(more.rows, std::back_inserter(pooled.rows));
  for (Contestant& contestant : more.contestants) {
    const auto known = std::ranges::find(pooled.contestants, contestant.name, &Contestant::name);
    if (known == pooled.contestants.end()) pooled.contestants.push_back(std::move(contestant));
  }
}

}  // namespace

Results read_pooled_results(const std::vector<std::string>& paths) {
  Results pooled = read_results(paths.front());
  for (const std::string& path : std::span(paths).subspan(1)) {
    Results more = read_results(path);
    require_equal("machine", paths.front(), pooled.machine, path, more.machine);
    require_equal("fingerprint", paths.front(), pooled.fingerprint, path, more.fingerprint);
    append(std::move(more), pooled);
  }
  require_distinct(paths);
  return pooled;
}

}  // namespace spinlab
