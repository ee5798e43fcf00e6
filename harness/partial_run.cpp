#include "harness/partial_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <climits>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/output_file.hpp"
#include "harness/results.hpp"
#include "harness/user_error.hpp"
#include "interface/special_file.hpp"

namespace spinlab {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

constexpr std::size_t kSuffixBytes = 32;  // ".partial", or a temporary name's ".<process>.<n>.tmp".

}  // namespace

void check_run_writable(const std::string& out) {
  if (out.empty() || out.ends_with('/') || is_special_file(out)) {
    throw UserError(fmt::format("cannot write '{}': not the name of a file; name one", out));
  }
  const auto slash = out.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : out.substr(0, slash + 1);
  if (access(folder.c_str(), W_OK) != 0) {
    throw UserError(
        fmt::format("cannot write '{}': no folder '{}' that can be written", out, folder));
  }
  // The longest name that a run makes beside it.
  if (out.size() - (slash + 1) + kSuffixBytes > NAME_MAX) {
    throw UserError(fmt::format("cannot write '{}': the name is too long; at most {} bytes", out,
                                NAME_MAX - kSuffixBytes));
  }
}

PartialRun::PartialRun(const std::string& out, std::string_view plan, bool resume)
    : folder_(out + ".partial") {
  const fs::path plan_path = fs::path(folder_) / "plan.txt";
  if (fs::exists(plan_path)) {
    if (!resume) {
      throw UserError(fmt::format(
          "'{}' holds an unfinished run; continue it with --resume, or remove the folder",
          folder_));
    }
    if (text_of(plan_path) != plan) {
      throw UserError(fmt::format(
          "'{}' holds a run with other options; give the same ones, or remove the folder",
          folder_));
    }
    return;
  }
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) {
    throw UserError(
        fmt::format("cannot write '{}': {}; give another --out", folder_, error.message()));
  }
  write_output_file(plan_path.string(), plan);
}

bool PartialRun::is_finished(int block) const { return fs::exists(path(block)); }

std::string PartialRun::path(int block) const {
  return fmt::format("{}/block_{:03}.json", folder_, block);
}

std::string PartialRun::path_in_work(int block) const { return path(block) + ".part"; }

void PartialRun::finish(int block) { fs::rename(path_in_work(block), path(block)); }

std::set<std::string> PartialRun::join(int blocks, std::string_view context_json,
                                       const std::string& out) {
  std::vector<std::string> paths;
  for (int block = 0; block < blocks; ++block) paths.push_back(path(block));
  const JoinedRun joined = merge_blocks(paths, context_json);
  write_output_file(out, joined.json);
  fs::remove_all(folder_);
  std::set<std::string> failures;
  for (const Row& row : joined.failed) {
    failures.insert(fmt::format("{}: {}: {}", row.cell.lock, row.error, row.cell.to_run_name()));
  }
  return failures;
}

}  // namespace spinlab
