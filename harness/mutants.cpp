#include "harness/mutants.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <mutex>

#include "harness/make_checked_lock.hpp"
#include "harness/mutant_locks.hpp"
#include "harness/progress.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

constexpr bool kKilled = false;
constexpr bool kEquivalent = true;

// A mutant that survives this many executions of a rung goes on to the next.
constexpr std::uint64_t kExecutionsOfARung = 300'000;

template <template <class> class LockOver>
const CheckedLock* own_lock(const char* name) {
  static const CheckedLock lock = [name] {
    CheckedLock made{name, options_for(LockOver<Checked>::info), {}};
    add_node_clients<LockOver<Checked>>(made.clients);
    return made;
  }();
  return &lock;
}

std::vector<Mutant> catalogue() {
  std::vector<Mutant> all;
#define SPINLAB_MUTANT(id, lock, mutation, client, threads, acquisitions, expected, what) \
  all.push_back({id, #lock, what, expected, mutation, nullptr, client, {threads, acquisitions}});
#define SPINLAB_MUTANT_IN(id, lock, Type, mutation, client, threads, acquisitions, expected, what) \
  all.push_back({id,                                                                               \
                 #lock,                                                                            \
                 what,                                                                             \
                 expected,                                                                         \
                 mutation,                                                                         \
                 own_lock<mutant::Type>(#lock),                                                    \
                 client,                                                                           \
                 {threads, acquisitions}});
#define SPINLAB_MUTANT_LOCK(id, lock, Type, client, threads, acquisitions, expected, what) \
  SPINLAB_MUTANT_IN(id, lock, Type, "", client, threads, acquisitions, expected, what)
#include "harness/mutants.def"
#undef SPINLAB_MUTANT
#undef SPINLAB_MUTANT_LOCK
#undef SPINLAB_MUTANT_IN
  return all;
}

Mutant mutant_of(const CheckedLock& lock, const NamedSite& site, checked::Mutation::Operator how) {
  Mutant mutant;
  mutant.lock = lock.name;
  mutant.mutation = NamedMutation{site, how}.name();
  mutant.id = mutant.mutation;
  mutant.what = fmt::format("{}, {} {}", checked::name_of(how), checked::name_of(site.site.op),
                            checked::name_of(site.site.order));
  mutant.shape = {3, 2};
  return mutant;
}

bool is_within(CheckShape rung, CheckShape shape) {
  return rung.threads <= shape.threads && rung.acquisitions <= shape.acquisitions;
}

// The rungs up to the mutant's shape of its own client, and then those of the other clients.
std::vector<CheckTask> rungs_of(const Mutant& mutant, const CheckedLock& lock, bool everywhere) {
  std::vector<CheckTask> rungs;
  const auto add = [&](const CheckClient& client, bool up_to_shape) {
    for (const CheckShape shape : client.shapes)
      if (shape.threads < 4 && (!up_to_shape || is_within(shape, mutant.shape)))
        rungs.push_back({&lock, &client, shape, false, {}});
  };
  add(client_named(lock, mutant.client), true);
  for (const CheckClient& client : lock.clients)
    if (everywhere && client.name != mutant.client) add(client, false);
  if (everywhere)  // The cheap ones first.
    std::ranges::stable_sort(rungs, {}, [](const CheckTask& task) {
      return task.shape.threads * task.shape.acquisitions;
    });
  return rungs;
}

}  // namespace

std::vector<Mutant> listed_mutants(const std::string& lock) {
  std::vector<Mutant> all = catalogue();
  if (lock.empty()) return all;
  checked_locks_named({lock});  // An unknown one is an error, one without mutants is not.
  std::erase_if(all, [&](const Mutant& mutant) { return mutant.lock != lock; });
  return all;
}

std::vector<Mutant> all_mutants(const CheckedLock& lock) {
  std::vector<Mutant> all;
  for (const NamedSite& site : sites_of(lock))
    for (const checked::Mutation& mutation : checked::all_mutations(site.site))
      all.push_back(mutant_of(lock, site, mutation.how));
  return all;
}

std::vector<Mutant> weaker_orders_of(const CheckedLock& lock) {
  std::vector<Mutant> all;
  for (const NamedSite& site : sites_of(lock))
    for (const checked::Mutation& mutation : checked::weaker_orders(site.site))
      all.push_back(mutant_of(lock, site, mutation.how));
  return all;
}

MutantResult run_mutant(const Mutant& mutant, bool everywhere) {
  MutantResult result{mutant, {}, 0};
  const CheckedLock& lock =
      mutant.own_lock != nullptr ? *mutant.own_lock : *checked_locks_named({mutant.lock}).front();
  std::vector<NamedMutation> mutations;
  if (!mutant.mutation.empty()) mutations.push_back(mutation_named(lock, mutant.mutation));
  const CheckLimits limits{.executions = everywhere ? kExecutionsOfARung : 0, .explain = false};
  for (CheckTask& rung : rungs_of(mutant, lock, everywhere)) {
    rung.mutations = mutations;
    result.check = run_check(rung, limits);
    result.seconds += result.check.seconds;
    if (result.killed()) break;
  }
  return result;
}

std::vector<MutantResult> run_mutants(const std::vector<Mutant>& mutants, bool everywhere,
                                      int jobs) {
  std::vector<MutantResult> results(mutants.size());
  Progress progress("mutants", mutants.size());
  std::mutex mutex;
  std::size_t done = 0;
  tbb::task_arena(jobs).execute([&] {
    tbb::parallel_for(std::size_t{0}, mutants.size(), [&](std::size_t at) {
      results[at] = run_mutant(mutants[at], everywhere);
      const std::scoped_lock guard(mutex);
      progress.show(++done, mutants[at].lock);
    });
  });
  progress.finish();
  return results;
}

}  // namespace spinlab
