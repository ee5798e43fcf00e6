#include "harness/workload.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/cell.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

constexpr std::array<Workload, 5> kTable{{
    {.name = "empty",
     .check_on_lock_line = true,
     .private_lines = 0,
     .has_queue = false,
     .has_interrupts = false,
     .first_interface = "direct"},
    {.name = "shared_line",
     .check_on_lock_line = false,
     .private_lines = 0,
     .has_queue = false,
     .has_interrupts = false,
     .first_interface = "direct"},
    {.name = "private_data",
     .check_on_lock_line = true,
     .private_lines = 8,
     .has_queue = false,
     .has_interrupts = false,
     .first_interface = "direct"},
    {.name = "packet_queue",
     .check_on_lock_line = true,
     .private_lines = 0,
     .has_queue = true,
     .has_interrupts = false,
     .first_interface = "direct"},
    {.name = "isr_dpc",
     .check_on_lock_line = false,
     .private_lines = 0,
     .has_queue = true,
     .has_interrupts = true,
     .first_interface = "ke"},
}};
static_assert(std::ranges::equal(kTable, kWorkloads, {}, &Workload::name));

}  // namespace

std::span<const Workload> workloads() { return kTable; }

const Workload& find_workload(std::string_view name) {
  const auto found = std::ranges::find(kTable, name, &Workload::name);
  if (found != kTable.end()) return *found;
  throw UserError(
      fmt::format("unknown workload '{}'; known: {}", name, fmt::join(kWorkloads, ", ")));
}

void check_load(std::string_view load) {
  if (std::ranges::find(kLoads, load) != kLoads.end()) return;
  throw UserError(fmt::format("unknown load '{}'; known: {}", load, fmt::join(kLoads, ", ")));
}

double think_ns(std::string_view load, int threads, double section_ns) {
  int percent = 0;
  const auto parsed = std::from_chars(load.data(), load.data() + load.size(), percent);
  if (parsed.ec != std::errc() || percent <= 0) return 0;  // A name, not a level in percent.
  return section_ns * std::max(0.0, threads * 100.0 / percent - 1);
}

}  // namespace spinlab
