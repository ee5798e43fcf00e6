// The options that bench and simulate have in common.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/partial_run.hpp"
#include "harness/sweep.hpp"

namespace spinlab {

// More would be a slip: a day of windows, and blocks whose names no longer sort.
inline constexpr int kMostRepetitions = 1000;
inline constexpr int kMostProcesses = 1000;

// What help says where the commands differ.
struct SweepHelp {
  std::string workload = fmt::format("{}; default: all", fmt::join(kWorkloads, ", "));
  const char* placement = "Names of spinlab topology; default: compact,scatter";
  const char* interface = "direct, ke, ndis, instack; peers and floors: direct only";
};

void add_sweep_options(CLI::App& command, SweepOptions& sweep, const SweepHelp& help = {});

// --resume and --force.
void add_existing_options(CLI::App& command, Existing& existing);

// Those of Google Benchmark's flags that mean something of ours.
struct BenchmarkFlags {
  std::optional<std::string> filter;
  std::optional<std::string> out;
  std::optional<int> repetitions;
  bool list_only = false;
};

// Throws UserError for what is none of them; `command` is named in it.
BenchmarkFlags take_benchmark_flags(std::vector<std::string> extras, std::string_view command);

}  // namespace spinlab
