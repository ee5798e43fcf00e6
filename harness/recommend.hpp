// Advice: which lock suits which conditions, from measured windows. Pure logic: no files.
//
// All functions here are pure and may be called by any number of threads at once.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cell.hpp"
#include "harness/results.hpp"
#include "harness/statistics.hpp"

namespace spinlab {

enum class Objective {
  kThroughput,  // acquisitions/s, higher is better.
  kHandovers,   // hand-overs/s, higher is better; acquisitions/s where no lock is shared.
  kP99,         // acquire latency that 99 % stay below, ns, lower is better.
};

inline constexpr std::array<std::string_view, 3> kObjectives{"throughput", "handovers", "p99"};

std::string_view to_string(Objective objective);

// Throws UserError with the known names.
Objective parse_objective(std::string_view name);

// With more than one thread on one lock, fewer hand-overs per acquisition than this are capture:
// the lock is fast because one thread keeps it from the others.
inline constexpr double kCaptureHandovers = 0.25;

// Locks less than this share apart are equal in practice; recommend.cpp says why this much.
inline constexpr double kEquivalentShare = 0.05;

// The unit of objectives that count acquisitions.
inline constexpr std::string_view kAcquisitionRate = "acquisitions/s";

// A contestant's value under one set of conditions.
struct Measured {
  std::string name;
  std::string kind;
  Estimate value;                   // In the unit of the objective.
  std::optional<double> handovers;  // Per acquisition, median; none where no lock is shared.
  bool capture = false;
  // The share that is lost against the advised lock; negative for a lock that beats it by capture.
  double regret = 0;
};

struct Choice {
  Measured lock;
  std::vector<std::string> ties;  // Locks that cannot be told from it, nearest first.
  int more_ties = 0;              // Ties left out, since a choice names at most half of the locks.
};

// What to use under one set of conditions.
struct CellAdvice {
  Cell conditions;   // Its `lock` is empty.
  std::string unit;  // acquisitions/s, hand-overs/s or ns.
  // The best lock that does not work by capture, then the best that does if it is better. Where all
  // work by capture, only the best of them. Never empty.
  std::vector<Choice> choices;
  std::vector<Measured> locks;   // All of them; best first.
  std::vector<Measured> peers;   // For comparison, never advised; best first.
  std::vector<Measured> floors;  // The same.
};

// A lock for all conditions.
struct Overall {
  std::string lock;
  double worst_regret = 0;
  Cell worst_conditions;
  bool capture = false;  // It works by capture somewhere.
};

struct Failure {
  Cell cell;
  int windows = 0;
  std::string error;  // The first one's.
};

struct Advice {
  Objective objective = Objective::kThroughput;
  std::vector<CellAdvice> cells;  // In the order of Cell; those without any lock are left out.
  // The locks that have a value in all cells of overall_interface, those of workloads with packets
  // left out unless there are no others, smallest worst regret first;
  // locks that work by capture somewhere after all others. The first is the advice.
  std::vector<Overall> overall;
  std::string overall_interface;  // direct if it was measured, else the first that was.
  // Windows that failed: the lock let two threads in at once, hung or crashed. A contestant with
  // one is left out of that cell, and a lock thereby out of `overall`; one that let two threads in
  // (kExclusionViolated) is left out of all cells.
  std::vector<Failure> failures;
};

// `kinds`: by name, a contestant's kind (Contestant::kind). Contestants without one are left out.
Advice recommend(std::span<const Row> rows, const std::map<std::string, std::string>& kinds,
                 Objective objective);

}  // namespace spinlab
