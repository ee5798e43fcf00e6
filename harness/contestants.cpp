#include "harness/contestants.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include "harness/user_error.hpp"

namespace spinlab {
namespace {

std::vector<Entrant>& all_entrants() {
  static std::vector<Entrant> all = [] {
    std::vector<Entrant> entrants = lock_entrants();
    for (Entrant& peer : peer_entrants()) entrants.push_back(std::move(peer));
    for (Entrant& floor : floor_entrants()) entrants.push_back(std::move(floor));
    return entrants;
  }();
  return all;
}

const spinlab_door* find_door(const std::vector<spinlab_door>& doors, std::string_view interface) {
  const auto found = std::ranges::find(doors, interface, &spinlab_door::interface_name);
  return found == doors.end() ? nullptr : &*found;
}

}  // namespace

const spinlab_door* Entrant::door(std::string_view interface) const {
  return find_door(doors, interface);
}

const spinlab_door* Entrant::door(std::string_view interface, const Workload& workload) const {
  return find_door(workload.has_interrupts ? device_doors : doors, interface);
}

std::span<const Entrant> entrants() { return all_entrants(); }

void add_entrant(Entrant entrant) { all_entrants().push_back(std::move(entrant)); }

const Entrant& find_entrant(std::string_view name) {
  std::vector<std::string> known;
  for (const Entrant& entrant : entrants()) {
    if (entrant.contestant.name == name) return entrant;
    known.push_back(entrant.contestant.name);
  }
  throw UserError(fmt::format("unknown lock '{}'; known: {}", name, fmt::join(known, ", ")));
}

}  // namespace spinlab
