#include "harness/check_repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

namespace spinlab {
namespace {

using checked::Repair;
using checked::Verdict;

std::vector<CheckTask> cheapest_first(const CheckedLock& lock) {
  std::vector<CheckTask> tasks = ladder_of(lock);
  std::ranges::stable_sort(tasks, {}, [](const CheckTask& task) {
    return task.shape.threads * task.shape.acquisitions;
  });
  return tasks;
}

Repair tried(const CheckTask& failed, Repair repair) {
  std::vector<CheckTask> tasks = cheapest_first(*failed.lock);
  repair.scope = fmt::format("all {} programs of {}", tasks.size(), failed.lock->name);
  for (CheckTask& task : tasks) {
    task.mutations = failed.mutations;
    task.repair = repair.site;
    const CheckResult result =
        run_check(task, {.executions = checked::kRepairExecutions, .explain = false});
    repair.bounded = repair.bounded || !result.complete;
    if (result.verdict == Verdict::kOk) continue;
    repair.fails = fmt::format("{} {} then ends with a verdict of {}", task.client->name,
                               text_of(task.shape), checked::name_of(result.verdict));
    break;
  }
  return repair;
}

std::string key_of(const CheckTask& task, const checked::Site& site) {
  std::string key = fmt::format("{} {}:{}:{}:{}", task.lock->name, site.file, site.line,
                                site.column, checked::name_of(site.op));
  for (const NamedMutation& mutation : task.mutations) key += " " + mutation.name();
  return key;
}

// What was tried, by lock (one of the same name may be another), mutations and site.
struct Tried {
  std::mutex mutex;
  std::map<std::pair<const CheckedLock*, std::string>, Repair> repairs;
};

}  // namespace

checked::TryElsewhere try_repairs_of(const CheckTask& task) {
  return [&task](Repair& repair) {
    static Tried all;
    const auto key = std::pair(task.lock, key_of(task, repair.site));
    const bool bounded_here = repair.bounded;
    {
      const std::scoped_lock guard(all.mutex);
      if (const auto known = all.repairs.find(key); known != all.repairs.end()) {
        repair = known->second;
        repair.bounded = repair.bounded || bounded_here;
        return;
      }
    }
    repair = tried(task, std::move(repair));
    const std::scoped_lock guard(all.mutex);
    all.repairs.emplace(key, repair);
  };
}

}  // namespace spinlab
