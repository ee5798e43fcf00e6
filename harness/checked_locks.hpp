// The locks of locks.def with the programs that the model checker runs on them, and the objects of
// checked_objects.hpp.
//
// A lock is checked by being listed there. What it declares decides what it is judged by: its
// fairness, whether it can try, whether it fits in a KSPIN_LOCK.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "algorithms/lock.hpp"
#include "harness/check_clients.hpp"

namespace spinlab {

// A program that is too large to be searched to its end in seconds: a part of it, of a size that is
// known. What the part shows to be wrong is wrong; nothing else follows from it.
struct CheckSample {
  CheckShape shape;
  std::uint64_t executions = 0;  // So many at most, in the order of the search.
  std::uint64_t walks = 0;       // Random walks in place of a search.
};

struct CheckClient {
  std::string name;  // ladder, try, two-locks, reuse, wrap, pool, ke, in-stack, numbered, ...
  std::string what;
  bool symmetric = false;          // It treats all threads alike. Does the lock? A search sees it.
  std::vector<CheckShape> shapes;  // What is run unless the user says otherwise.
  std::function<checked::Program(CheckShape)> program;
  std::vector<CheckSample> samples{};  // What is run besides.
};

struct CheckedLock {
  std::string name;
  checked::Options options;  // Its fairness.
  std::vector<CheckClient> clients;
};

// In the order of locks.def; then the other objects.
const std::vector<CheckedLock>& checked_locks();

// Those of the names, in the order of locks.def; all for none. Throws UserError for an unknown one.
std::vector<const CheckedLock*> checked_locks_named(const std::vector<std::string>& names);

// Throws UserError if the lock has no such client, which names those it has.
const CheckClient& client_named(const CheckedLock& lock, const std::string& name);

}  // namespace spinlab
