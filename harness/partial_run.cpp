#include "harness/partial_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <climits>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "harness/block_file.hpp"
#include "harness/input_file.hpp"
#include "harness/results.hpp"
#include "harness/user_error.hpp"
#include "interface/special_file.hpp"

namespace spinlab {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSuffixBytes = 32;  // ".partial", or a temporary name's ".<process>.<n>.tmp".

constexpr std::string_view kPlanName = "plan.txt";
std::string plan_path(const std::string& folder) { return fmt::format("{}/{}", folder, kPlanName); }

// Whatever a run may have left; what it writes at last stays for --resume.
bool has_blocks(const std::string& folder) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with("block_") && !name.ends_with(".tmp")) return true;
  }
  return false;
}

bool has_plan(const std::string& path, std::string_view plan) {
  try {
    return read_input_file(path, "") == plan;
  } catch (const UserError&) {
    return false;
  }
}

}  // namespace

void check_run_writable(const std::string& out) {
  if (out.empty() || out == "-" || out.ends_with('/') || is_special_file(out)) {
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

RunPlan make_plan(std::string text, const std::vector<PlannedCell>& cells, int repetitions,
                  int blocks) {
  RunPlan plan{.text = std::move(text), .windows = {}, .blocks = blocks};
  for (const PlannedCell& planned : cells) {
    const std::string run_name = planned.cell.to_run_name();
    plan.text += run_name + '\n';
    plan.windows[run_name] += repetitions;
  }
  return plan;
}

PartialRun::PartialRun(std::string out, RunPlan plan, const Existing& existing)
    : out_(std::move(out)),
      plan_(std::move(plan)),
      overwrite_(existing.overwrite),
      folder_(out_ + ".partial") {
  take_over_blocks(existing.resume);
  if (existing.resume && plan_of_results(out_) == checksum_of(plan_.text)) {
    complete_ = true;
    finished_.clear();  // Of blocks, at most what an interruption kept from being removed.
    return;
  }
  if (overwrite_ == Overwrite::kRefuse) require_new(out_);
  std::error_code absent;
  fs::remove(plan_path(folder_.path()), absent);  // Whatever a link there leads to is not ours.
  write_output_file(plan_path(folder_.path()), plan_.text, Overwrite::kReplace);
}

PartialRun::~PartialRun() {
  if (!finished_.empty() || !folder_.is_still_ours()) return;
  // What is not the run's stays, and with it the folder.
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_.path(), ignored)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("block_") || name.starts_with(kPlanName)) fs::remove(entry, ignored);
  }
}

void PartialRun::take_over_blocks(bool resume) {
  if (!has_blocks(folder_.path())) return;
  if (!resume) {
    throw UserError(
        fmt::format("'{}' holds an unfinished run; continue it with --resume, or remove the folder",
                    folder_.path()));
  }
  if (!has_plan(plan_path(folder_.path()), plan_.text)) {
    throw UserError(
        fmt::format("'{}' holds a run with other options; give the same ones, or remove the folder",
                    folder_.path()));
  }
  for (int block = 0; block < plan_.blocks; ++block) {
    std::error_code unknown;
    if (!fs::exists(path(block), unknown)) continue;
    try {
      read(block);
      finished_.insert(block);
    } catch (const UserError& error) {
      damages_.push_back(fmt::format("{}; it is measured again", error.what()));
      fs::remove(path(block), unknown);  // A pipe or a link would be written to, not replaced.
    }
  }
}

std::string PartialRun::path(int block) const {
  return fmt::format("{}/block_{:03}", folder_.path(), block);
}

BlockText PartialRun::read(int block) const {
  std::size_t rows = 0;
  for (const auto& [run_name, count] : plan_.windows) rows += static_cast<std::size_t>(count);
  const std::string text = read_input_file(path(block), "--resume measures it again");
  const OpenedBlock opened = open_block(text, {.block = block, .rows = rows});
  if (!opened.damage.empty()) {
    throw UserError(fmt::format("'{}' is damaged: {}", path(block), opened.damage));
  }
  BlockText whole{.path = path(block), .json = std::string(opened.json)};
  if (count_windows(whole) != plan_.windows) {
    throw UserError(fmt::format("'{}' is damaged: its windows are not the plan's", path(block)));
  }
  return whole;
}

void PartialRun::accept(int block) {
  if (!folder_.is_still_ours()) {
    throw UserError(fmt::format(
        "'{}' was removed while the run went on, and its blocks with it; start the run again",
        folder_.path()));
  }
  read(block);
  finished_.insert(block);
}

Findings PartialRun::join(std::string_view context_json) {
  std::vector<BlockText> blocks;
  for (int block = 0; block < plan_.blocks; ++block) blocks.push_back(read(block));
  const JoinedRun joined = merge_blocks(blocks, context_json, checksum_of(plan_.text));
  write_output_file(out_, joined.json, overwrite_);
  finished_.clear();  // The folder goes with the run.
  Findings findings{.failures = {}, .unpinned = joined.unpinned};
  for (const Row& row : joined.failed) {
    findings.failures.insert(
        fmt::format("{}: {}: {}", row.cell.lock, row.error, row.cell.to_run_name()));
  }
  return findings;
}

}  // namespace spinlab
