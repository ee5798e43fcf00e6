// The sites of a lock: its atomic operations, named as its header labels them.
#pragma once

#include <string>
#include <vector>

#include "harness/checked_locks.hpp"

namespace spinlab {

struct NamedSite {
  checked::Site site;
  std::string name;  // "mcs_lock:A3"; "#2" behind the second of one label.
  std::string text;  // The line.
};

struct NamedMutation {
  NamedSite site;
  checked::Mutation::Operator how = checked::Mutation::Operator::kNone;

  std::string name() const;  // "mcs_lock:A3:drop-release"
};

// Every operation that the lock's clients reach, by file and line. The same on every host. Found
// once; thread-safe.
const std::vector<NamedSite>& sites_of(const CheckedLock& lock);

// "mcs_lock:A3:drop-release". Throws UserError for a site that the lock does not have, or an
// operator that does not apply there.
NamedMutation mutation_named(const CheckedLock& lock, const std::string& name);

}  // namespace spinlab
