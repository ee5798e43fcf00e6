#include "harness/check_sites.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "harness/user_error.hpp"
#include "machines/checked/source_text.hpp"
#include "machines/checked/walk.hpp"

namespace spinlab {
namespace {

using checked::Mutation;

// Walks at random, which see more of a program's branches sooner than a search does.
constexpr std::uint64_t kWalks = 2000;
constexpr std::uint64_t kSeed = 1;

bool is_wanted(const CheckClient& client) {
  static const std::set<std::string> names = {
      "ladder", "try", "two-locks", "pool", "in-stack", "convert", "recursive", "aba", "flush"};
  return names.contains(client.name);
}

void record(const CheckedLock& lock, const CheckClient& client, CheckShape shape,
            std::vector<checked::Site>& sites) {
  const checked::Options& options = lock.options;
  const checked::Program program = client.program(shape);
  checked::Threads threads(program, options);
  threads.record_sites(true);
  checked::walk_at_random(threads, options, kWalks, kSeed);
  for (const checked::Site& site : threads.sites())
    if (std::ranges::find(sites, site) == sites.end()) sites.push_back(site);
}

std::string stem_of(const std::string& file) { return file.substr(0, file.find('.')); }

std::vector<NamedSite> find_sites(const CheckedLock& lock) {
  std::vector<checked::Site> sites;
  for (const CheckClient& client : lock.clients) {
    if (!is_wanted(client)) continue;
    for (const CheckShape shape : client.shapes) record(lock, client, shape, sites);
  }
  std::ranges::sort(sites, [](const auto& a, const auto& b) {
    return std::tie(a.file, a.line, a.column, a.op) < std::tie(b.file, b.line, b.column, b.op);
  });
  std::vector<NamedSite> named;
  std::map<std::string, int> used;
  for (const checked::Site& site : sites) {
    const checked::SiteText text = checked::text_at(site.file, site.line, site.column);
    const std::string label = text.label.empty() ? site.function : text.label;
    const std::string name = stem_of(site.file) + ":" + label;
    const int count = ++used[name];
    named.push_back({site, count == 1 ? name : fmt::format("{}#{}", name, count), text.line});
  }
  return named;
}

}  // namespace

std::string NamedMutation::name() const {
  return fmt::format("{}:{}", site.name, checked::name_of(how));
}

const std::vector<NamedSite>& sites_of(const CheckedLock& lock) {
  static std::mutex mutex;
  static std::map<const CheckedLock*, std::vector<NamedSite>> found;
  const std::scoped_lock guard(mutex);
  const auto known = found.find(&lock);
  return known != found.end() ? known->second : found[&lock] = find_sites(lock);
}

NamedMutation mutation_named(const CheckedLock& lock, const std::string& name) {
  const std::vector<NamedSite>& sites = sites_of(lock);
  const auto colon = name.rfind(':');
  const auto site = std::ranges::find(sites, name.substr(0, colon), &NamedSite::name);
  if (colon == std::string::npos || site == sites.end()) {
    std::vector<std::string> known;
    for (const NamedSite& one : sites) known.push_back(one.name);
    throw UserError(fmt::format("{} has no site for '{}'; it has: {}; write site:operator",
                                lock.name, name, fmt::join(known, ", ")));
  }
  std::vector<std::string> operators;
  for (const Mutation& mutation : checked::all_mutations(site->site)) {
    if (name.substr(colon + 1) == checked::name_of(mutation.how)) return {*site, mutation.how};
    operators.emplace_back(checked::name_of(mutation.how));
  }
  throw UserError(fmt::format("no operator '{}' at {}; it has: {}", name.substr(colon + 1),
                              site->name, fmt::join(operators, ", ")));
}

}  // namespace spinlab
