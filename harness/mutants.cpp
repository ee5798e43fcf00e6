#include "harness/mutants.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/make_checked_lock.hpp"
#include "harness/mutant_locks.hpp"
#include "harness/parallel_runs.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

constexpr bool kKilled = false;
constexpr bool kEquivalent = true;

// A mutant that survives this many executions of a rung goes on to the next.
constexpr std::uint64_t kExecutionsOfARung = 300'000;
constexpr std::uint64_t kWalks = 5'000;

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

template <class MutationsOf>
std::vector<Mutant> mutants_of(const CheckedLock& lock, MutationsOf mutations_of) {
  std::vector<Mutant> all;
  for (const NamedSite& site : sites_of(lock))
    for (const checked::Mutation& mutation : mutations_of(site.site))
      all.push_back(mutant_of(lock, site, mutation.how));
  mark_survivors(lock, known_survivors(), all);
  return all;
}

bool is_within(CheckShape rung, CheckShape shape) {
  return rung.threads <= shape.threads && rung.acquisitions <= shape.acquisitions;
}

// One step in the search for a mutant: a program, explored or walked at random.
struct Rung {
  CheckTask task;
  CheckLimits limits;
  int cost() const { return task.shape.threads * task.shape.acquisitions; }
};

// Up to the mutant's shape of its own client.
std::vector<Rung> rungs_of(const Mutant& mutant, const CheckedLock& lock) {
  std::vector<Rung> rungs;
  const CheckClient& client = client_named(lock, mutant.client);
  for (CheckTask& task : ladder_of(lock, client))
    if (is_within(task.shape, mutant.shape)) rungs.push_back({std::move(task), {.explain = false}});
  return rungs;
}

// Everything that may find it, the cheap first: all clients, and random walks of one that is too
// large to search.
std::vector<Rung> all_rungs(const CheckedLock& lock) {
  std::vector<Rung> rungs;
  const CheckLimits search{.executions = kExecutionsOfARung, .explain = false};
  for (const CheckClient& client : lock.clients) {
    for (CheckTask& task : ladder_of(lock, client))
      if (task.shape.threads < 4 || task.is_sample()) rungs.push_back({std::move(task), search});
    if (client.name == "try") rungs.push_back({{&lock, &client, {3, 2}, false, {}}, search});
  }
  std::ranges::stable_sort(rungs, {}, &Rung::cost);
  const auto large = std::ranges::find_if(rungs, [](const Rung& rung) { return rung.cost() > 4; });
  const CheckLimits walks{.random = kWalks, .explain = false};
  rungs.insert(large, {{&lock, &client_named(lock, "ladder"), {3, 3}, false, {}}, walks});
  return rungs;
}

}  // namespace

bool are_as_expected(const std::vector<MutantResult>& results) {
  return std::ranges::all_of(results, &MutantResult::as_expected);
}

std::vector<Mutant> listed_mutants(const std::string& lock) {
  std::vector<Mutant> all = catalogue();
  if (lock.empty()) return all;
  checked_locks_named({lock});  // An unknown one is an error, one without mutants is not.
  std::erase_if(all, [&](const Mutant& mutant) { return mutant.lock != lock; });
  return all;
}

const std::vector<Survivor>& known_survivors() {
  static const std::vector<Survivor> all = {
#define SPINLAB_SURVIVOR(lock, mutation, reason) {#lock, mutation, reason},
#include "harness/survivors.def"
#undef SPINLAB_SURVIVOR
  };
  return all;
}

void mark_survivors(const CheckedLock& lock, const std::vector<Survivor>& survivors,
                    std::vector<Mutant>& mutants) {
  for (const Survivor& survivor : survivors) {
    if (survivor.lock != lock.name) continue;
    mutation_named(lock, survivor.mutation);  // Says which there are.
    for (Mutant& mutant : mutants) {
      if (mutant.mutation != survivor.mutation) continue;
      mutant.equivalent = true;
      mutant.reason = survivor.reason;
    }
  }
}

std::vector<Mutant> all_mutants(const CheckedLock& lock) {
  return mutants_of(lock, checked::all_mutations);
}

std::vector<Mutant> weaker_orders_of(const CheckedLock& lock) {
  return mutants_of(lock, checked::weaker_orders);
}

MutantResult run_mutant(const Mutant& mutant, bool everywhere) {
  MutantResult result{mutant, {}, 0};
  const CheckedLock& lock =
      mutant.own_lock != nullptr ? *mutant.own_lock : *checked_locks_named({mutant.lock}).front();
  std::vector<NamedMutation> mutations;
  if (!mutant.mutation.empty()) mutations.push_back(mutation_named(lock, mutant.mutation));
  for (Rung& rung : everywhere ? all_rungs(lock) : rungs_of(mutant, lock)) {
    rung.task.mutations = mutations;
    result.check = run_check(rung.task, rung.limits);
    result.seconds += result.check.seconds;
    if (result.killed()) break;
  }
  return result;
}

std::vector<MutantResult> run_mutants(const std::vector<Mutant>& mutants, bool everywhere,
                                      int jobs) {
  checked_locks();  // Before several threads ask for them.
  std::vector<MutantResult> results(mutants.size());
  SharedProgress progress("mutants", mutants.size(),
                          [&](std::size_t index) { return mutants[index].lock; });
  const auto run = [&](std::size_t index) {
    results[index] = run_mutant(mutants[index], everywhere);
  };
  run_parallel(mutants.size(), jobs, run, progress);
  return results;
}

}  // namespace spinlab
