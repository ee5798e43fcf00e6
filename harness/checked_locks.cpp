#include "harness/checked_locks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "algorithms/all_locks.hpp"
#include "harness/checked_objects.hpp"
#include "harness/lock_sources.hpp"
#include "harness/make_checked_lock.hpp"
#include "harness/user_error.hpp"
#include "machines/checked/source_text.hpp"

namespace spinlab {
namespace {

template <class Range>
std::string names_of(const Range& all) {
  std::vector<std::string> names;
  for (const auto& one : all) names.push_back(one.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

const std::vector<CheckedLock>& checked_locks() {
  static const bool registered = [] {
    for (const LockSource& source : lock_sources()) checked::add_source(source.name, source.text);
    return true;
  }();
  static_cast<void>(registered);
  static const std::vector<CheckedLock> all = [] {
    std::vector<CheckedLock> locks = {
#define SPINLAB_LOCK(stem, Type) make_checked_lock<Type>(#stem),
#include "algorithms/locks.def"
#undef SPINLAB_LOCK
    };
    for (CheckedLock& object : checked_objects()) locks.push_back(std::move(object));
    return locks;
  }();
  return all;
}

std::vector<const CheckedLock*> checked_locks_named(const std::vector<std::string>& names) {
  const auto& all = checked_locks();
  for (const std::string& name : names)
    if (std::ranges::find(all, name, &CheckedLock::name) == all.end())
      throw UserError(fmt::format("no lock '{}'; known: {}", name, names_of(all)));
  std::vector<const CheckedLock*> chosen;
  for (const CheckedLock& lock : all)
    if (names.empty() || std::ranges::find(names, lock.name) != names.end())
      chosen.push_back(&lock);
  return chosen;
}

const CheckClient& client_named(const CheckedLock& lock, const std::string& name) {
  const auto found = std::ranges::find(lock.clients, name, &CheckClient::name);
  if (found == lock.clients.end())
    throw UserError(
        fmt::format("{} has no client '{}'; it has: {}", lock.name, name, names_of(lock.clients)));
  return *found;
}

}  // namespace spinlab
