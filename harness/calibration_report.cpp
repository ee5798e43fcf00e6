#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>

#include "harness/calibration.hpp"
#include "harness/statistics.hpp"

namespace spinlab {
namespace {

using Matrix = std::vector<std::vector<double>>;

constexpr std::size_t kMostProcessorsInMatrix = 16;

std::string cost_line(std::string_view what, double ns) {
  return fmt::format("{:<34}{:>9.2f} ns\n", what, ns);
}

std::string fact_line(std::string_view what, std::string_view fact) {
  return fmt::format("{:<34}{}\n", what, fact);
}

std::string number(double ns) { return std::isnan(ns) ? "?" : fmt::format("{:.1f}", ns); }

std::string matrix_table(const std::vector<int>& processors, const Matrix& matrix) {
  std::string text = fmt::format("{:>10}", "");
  for (const int column : processors) text += fmt::format("{:>8}", column);
  text += '\n';
  for (std::size_t i = 0; i < processors.size(); ++i) {
    text += fmt::format("{:>10}", processors[i]);
    for (std::size_t j = 0; j < processors.size(); ++j) {
      text += fmt::format("{:>8}", i == j ? "-" : number(matrix[i][j]));
    }
    text += '\n';
  }
  return text;
}

std::map<Distance, std::vector<double>> by_distance(const PingPong& ping_pong, const Matrix& matrix,
                                                    const Topology& topology) {
  std::map<Distance, std::vector<double>> pairs;
  const std::vector<int>& processors = ping_pong.processors;
  for (std::size_t i = 0; i < processors.size(); ++i) {
    for (std::size_t j = i + 1; j < processors.size(); ++j) {
      if (std::isnan(matrix[i][j])) continue;
      pairs[topology.distance(processors[i], processors[j])].push_back(matrix[i][j]);
    }
  }
  return pairs;
}

std::string distance_table(const PingPong& ping_pong, const Matrix& matrix,
                           const Topology& topology) {
  std::string text =
      fmt::format("{:>10}{:>8}{:>8}{:>8}{:>8}\n", "shared", "pairs", "least", "median", "most");
  for (const auto& [distance, ns] : by_distance(ping_pong, matrix, topology)) {
    const auto [least, most] = std::ranges::minmax(ns);
    text += fmt::format("{:>10}{:>8}{:>8.1f}{:>8.1f}{:>8.1f}\n", distance_name(distance), ns.size(),
                        least, median(ns), most);
  }
  return text;
}

std::string ping_pong_text(const PingPong& ping_pong, const Topology& topology) {
  if (ping_pong.processors.size() < 2) {
    return "\nline transfer: not measured, since only one processor is allowed\n";
  }
  const bool small = ping_pong.processors.size() <= kMostProcessorsInMatrix;
  std::string text;
  const auto add = [&](std::string_view title, const Matrix& matrix) {
    text += fmt::format("\nline transfer, {}, ns one way\n", title);
    if (small) text += matrix_table(ping_pong.processors, matrix);
    text += distance_table(ping_pong, matrix, topology);
  };
  add("both write one line", ping_pong.one_line_ns);
  add("each writes its own", ping_pong.two_lines_ns);
  text += fmt::format("{} of {} trials rejected (a thread was interrupted)\n",
                      ping_pong.trials_rejected, ping_pong.trials);
  if (!ping_pong.pinned) {
    text += "pinning was refused: these are pairs of processors that the system chose\n";
  }
  return text;
}

}  // namespace

std::string calibration_text(const Calibration& calibration, const Topology& topology) {
  return cost_line("empty loop", calibration.empty_loop_ns) +
         cost_line("locked read-modify-write", calibration.locked_rmw_ns) +
         cost_line("the same, and a store", calibration.rmw_store_ns) +
         cost_line("pause instruction", calibration.pause_ns) +
         cost_line("time-stamp counter, a reading", calibration.timer_ns) +
         cost_line("CLOCK_MONOTONIC, a reading", calibration.monotonic_clock_ns) +
         cost_line("delay, an iteration", calibration.delay_ns_per_iteration) +
         cost_line("time-stamp counter, a tick", calibration.ns_per_tick) +
         fact_line("its rate", calibration.counter_constant
                                   ? "  constant, asleep and awake"
                                   : "  NOT constant: times in ticks cannot be trusted here") +
         fact_line("across processors", calibration.counter_monotone
                                            ? "  monotone"
                                            : "  NOT monotone: stamps of different processors "
                                              "cannot be compared here") +
         ping_pong_text(calibration.ping_pong, topology);
}

}  // namespace spinlab
