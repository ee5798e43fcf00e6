// Running checks: one is a lock, a client and a shape; many run side by side.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/check_sites.hpp"
#include "harness/checked_locks.hpp"

namespace spinlab {

struct CheckTask {
  const CheckedLock* lock = nullptr;
  const CheckClient* client = nullptr;
  CheckShape shape;
  bool symmetric = false;  // Asked for; threads that are told apart are searched in every order.
  std::vector<NamedMutation> mutations;
  std::optional<checked::Site> repair{};  // With a stronger order there.
  CheckSample sample{};                   // Its bounds, if it is one.

  bool is_sample() const { return sample.executions > 0 || sample.walks > 0; }
};

// "3x2", and "6x2@3" on three NUMA nodes.
std::string text_of(CheckShape shape);
// A rung as it is run unless the user says otherwise; `symmetric`: also where it need not be.
CheckTask task_of(const CheckedLock& lock, const CheckClient& client, CheckShape shape,
                  bool symmetric = false);
// What is run of a client: its shapes, and its samples.
std::vector<CheckTask> ladder_of(const CheckedLock& lock, const CheckClient& client,
                                 bool symmetric = false);
// Everything that is run on the lock: each client's ladder.
std::vector<CheckTask> ladder_of(const CheckedLock& lock);

struct CheckLimits {
  std::uint64_t executions = 0;  // Ends a search; 0: none does.
  std::uint64_t random = 0;      // Random walks in place of a search; 0: a search.
  std::uint64_t seed = 1;
  bool explain = true;  // Write reports.
};

struct CheckResult {
  CheckTask task;
  std::uint64_t executions = 0;
  std::uint64_t blocked = 0;
  double seconds = 0;  // Of the search; without the report.
  bool complete = false;
  bool symmetric = false;  // One order of the threads stood for all.
  std::string asks;        // What told them apart: "node()".
  checked::Verdict verdict = checked::Verdict::kOk;
  std::string replay;  // Empty without a violation.
  std::string report;

  // Ended before everything was explored that was to be.
  bool is_bounded() const { return !complete && !task.is_sample(); }
};

// Thread safety: any number at once, each on its own host thread. `on_progress` (may be empty) is
// told now and then how many executions there were.
CheckResult run_check(const CheckTask& task, const CheckLimits& limits,
                      const std::function<void(std::uint64_t)>& on_progress = {});

// On `jobs` host threads; results in the order of the tasks, whatever ends first. Shows progress on
// the standard error.
std::vector<CheckResult> run_checks(const std::vector<CheckTask>& tasks, const CheckLimits& limits,
                                    int jobs);

// The same execution again, from "lock/client/2x1/steps" or "lock/client/2x1/mutation/steps".
// Throws UserError, in one line, for a string that no run can have printed.
CheckResult replay_check(const std::string& text);

}  // namespace spinlab
