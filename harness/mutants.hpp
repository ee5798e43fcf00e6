// Mutants: locks that are broken on purpose, which the checker must find.
//
// Most are one operator at one site of a shipped header, chosen at run time. The few that need
// another logic are small locks in mutant_locks.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/check_run.hpp"

namespace spinlab {

struct Mutant {
  std::string id;           // A number of the catalogue, or the mutation's name.
  std::string lock;         // Of locks.def.
  std::string what;         // One line.
  bool equivalent = false;  // Known not to change what any client here can see: must survive.
  std::string mutation;     // "mcs_lock:A3:drop-release"; empty: a lock of mutant_locks.hpp.
  const CheckedLock* own_lock = nullptr;
  // Where it must be found; the ladder up to it is climbed.
  std::string client = "ladder";
  CheckShape shape{2, 1};
  std::string reason{};  // Why it survives, where survivors.def knows it.
};

struct MutantResult {
  Mutant mutant;
  CheckResult check;   // The one that killed it, or the last.
  double seconds = 0;  // Of all rungs.

  bool killed() const { return check.verdict != checked::Verdict::kOk; }
  bool as_expected() const { return killed() != mutant.equivalent; }
};

// Whether all that was to be killed was, and nothing else: anything else is a finding.
bool are_as_expected(const std::vector<MutantResult>& results);

// The catalogue; of one lock, or of all for an empty name.
std::vector<Mutant> listed_mutants(const std::string& lock);

// A mutant that is known to survive. survivors.def lists them.
struct Survivor {
  std::string lock;
  std::string mutation;
  std::string reason;
};
const std::vector<Survivor>& known_survivors();
// Marks those of the lock as such. Throws UserError for one that is no mutation of the lock.
void mark_survivors(const CheckedLock& lock, const std::vector<Survivor>& survivors,
                    std::vector<Mutant>& mutants);

// Every operator at every site of the lock, known survivors marked.
std::vector<Mutant> all_mutants(const CheckedLock& lock);
// Every order one step weaker, known survivors marked.
std::vector<Mutant> weaker_orders_of(const CheckedLock& lock);

// Climbs from 2x1 to the mutant's shape, and through the other clients if it is to be found
// anywhere (`everywhere`), until it is killed. Thread safety as run_check().
MutantResult run_mutant(const Mutant& mutant, bool everywhere);
std::vector<MutantResult> run_mutants(const std::vector<Mutant>& mutants, bool everywhere,
                                      int jobs);

}  // namespace spinlab
