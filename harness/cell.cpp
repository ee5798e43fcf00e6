#include "harness/cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <tuple>

#include "harness/user_error.hpp"

namespace spinlab {
namespace {

constexpr std::string_view kShape =
    "<workload>/<lock>/threads:<n>/load:<l>/placement:<p>/interface:<i>";
constexpr std::size_t kParts = 6;

// A name's place in its list; unknown names come after all known ones.
std::size_t place_of(std::span<const std::string_view> names, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

// The parts between slashes; nothing if there are not exactly kParts.
std::optional<std::array<std::string_view, kParts>> split(std::string_view text) {
  std::array<std::string_view, kParts> parts;
  for (std::size_t i = 0; i < kParts; ++i) {
    const std::size_t slash = text.find('/');
    if ((slash == std::string_view::npos) != (i == kParts - 1)) return std::nullopt;
    parts[i] = text.substr(0, slash);
    text.remove_prefix(std::min(text.size(), parts[i].size() + 1));
  }
  return parts;
}

std::string after(std::string_view label, std::string_view part) {
  return std::string(part.starts_with(label) ? part.substr(label.size()) : "");
}

int parse_threads(const std::string& digits) {
  int threads = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), threads);
  return threads;
}

void require_known(std::string_view what, std::span<const std::string_view> names,
                   std::string_view name) {
  if (std::ranges::find(names, name) != names.end()) return;
  throw UserError(
      fmt::format("{} '{}' is unknown; known are: {}", what, name, fmt::join(names, ", ")));
}

}  // namespace

std::string Cell::to_run_name() const {
  return fmt::format("{}/{}/threads:{}/load:{}/placement:{}/interface:{}", workload, lock, threads,
                     load, placement, interface);
}

std::strong_ordering operator<=>(const Cell& left, const Cell& right) {
  const auto key = [](const Cell& cell) {
    return std::tuple(place_of(kInterfaces, cell.interface), std::string_view(cell.interface),
                      place_of(kWorkloads, cell.workload), std::string_view(cell.workload),
                      cell.threads, place_of(kLoads, cell.load), std::string_view(cell.load),
                      std::string_view(cell.placement), std::string_view(cell.lock));
  };
  return key(left) <=> key(right);
}

Cell parse_run_name(std::string_view run_name) {
  Cell cell;
  if (const auto parts = split(run_name)) {
    cell = {.workload = std::string((*parts)[0]),
            .lock = std::string((*parts)[1]),
            .threads = parse_threads(after("threads:", (*parts)[2])),
            .load = after("load:", (*parts)[3]),
            .placement = after("placement:", (*parts)[4]),
            .interface = after("interface:", (*parts)[5])};
  }
  // Writing it again finds every other deviation at once: labels, leading zeros, stray signs.
  if (cell.threads < 1 || cell.lock.empty() || cell.placement.empty() ||
      cell.to_run_name() != run_name) {
    throw UserError(fmt::format("run name '{}' is not of the form {}", run_name, kShape));
  }
  require_known("workload", kWorkloads, cell.workload);
  require_known("load", kLoads, cell.load);
  require_known("interface", kInterfaces, cell.interface);
  return cell;
}

}  // namespace spinlab
