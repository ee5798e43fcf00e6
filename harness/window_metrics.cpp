#include "harness/window_metrics.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "harness/statistics.hpp"

namespace spinlab {
namespace {

using Workers = std::vector<const spinlab_worker*>;

// Indices of the slices that count: all but the one that warms up, or those that no thread
// rejected.
struct Slices {
  std::vector<std::size_t> all;
  std::vector<std::size_t> kept;

  // A window without a single kept slice is judged by all of them; windows_kept says so.
  const std::vector<std::size_t>& judged() const { return kept.empty() ? all : kept; }
};

Slices select_slices(const Workers& workers) {
  Slices slices;
  for (std::size_t slice = 1; slice < workers.front()->slice_count; ++slice) {
    slices.all.push_back(slice);
    const bool kept = std::ranges::all_of(
        workers, [slice](const spinlab_worker* w) { return w->slices[slice].rejected == 0; });
    if (kept) slices.kept.push_back(slice);
  }
  return slices;
}

std::uint64_t acquisitions_of(const spinlab_worker& worker, std::size_t slice) {
  return worker.slices[slice].acquisitions;
}

std::uint64_t packets_of(const spinlab_worker& worker, std::size_t slice) {
  return worker.packets[slice];
}

// Of what `count_of` counts.
double median_rate(const Workers& workers, const std::vector<std::size_t>& slices,
                   double ns_per_tick,
                   std::uint64_t (*count_of)(const spinlab_worker&, std::size_t)) {
  const double slice_s = static_cast<double>(workers.front()->slice_ticks) * ns_per_tick * 1e-9;
  std::vector<double> rates;
  for (const std::size_t slice : slices) {
    double sum = 0;
    for (const spinlab_worker* w : workers) sum += static_cast<double>(count_of(*w, slice));
    rates.push_back(sum / slice_s);
  }
  return median(rates);
}

void add_sharing(const Workers& workers, const std::vector<std::size_t>& slices,
                 Counters& counters) {
  std::vector<double> shares;
  double handovers = 0;
  double total = 0;
  double longest_run = 0;
  for (const spinlab_worker* w : workers) {
    double own = 0;
    for (const std::size_t slice : slices) {
      own += static_cast<double>(w->slices[slice].acquisitions);
      handovers += static_cast<double>(w->slices[slice].handovers);
    }
    shares.push_back(own);
    total += own;
    longest_run = std::max(longest_run, static_cast<double>(w->longest_run));
  }
  const double whole = std::max(total, 1.0);
  counters.emplace_back("handovers_per_acquisition", handovers / whole);
  counters.emplace_back("smallest_share", std::ranges::min(shares) / whole);
  counters.emplace_back("largest_share", std::ranges::max(shares) / whole);
  counters.emplace_back("jain", jain_index(shares));
  counters.emplace_back("longest_run", longest_run);
}

double latency_quantile_ns(const std::vector<std::uint64_t>& buckets, std::uint64_t samples,
                           double q, double ns_per_tick) {
  const double wanted = q * static_cast<double>(samples);
  double seen = 0;
  for (std::uint32_t bucket = 0; bucket < buckets.size(); ++bucket) {
    seen += static_cast<double>(buckets[bucket]);
    if (seen >= wanted && buckets[bucket] != 0) {
      return spinlab_latency_bucket_ticks(bucket) * ns_per_tick;
    }
  }
  return 0;
}

void add_latency(const Workers& workers, double ns_per_tick, Counters& counters) {
  std::vector<std::uint64_t> buckets(SPINLAB_LATENCY_BUCKETS);
  std::uint64_t samples = 0;
  std::uint64_t longest_ticks = 0;
  for (const spinlab_worker* w : workers) {
    for (std::size_t bucket = 0; bucket < buckets.size(); ++bucket) {
      buckets[bucket] += w->latency[bucket];
      samples += w->latency[bucket];
    }
    longest_ticks = std::max(longest_ticks, w->acquire_max_ticks);
  }
  static constexpr std::array<std::pair<const char*, double>, 4> kQuantiles{{
      {"acquire_p50_ns", 0.5},
      {"acquire_p90_ns", 0.9},
      {"acquire_p99_ns", 0.99},
      {"acquire_p999_ns", 0.999},
  }};
  const double longest_ns = static_cast<double>(longest_ticks) * ns_per_tick;
  for (const auto& [name, q] : kQuantiles) {
    // A bucket's middle may lie above the longest time of all. Without a kept sample only the
    // longest is known.
    const double ns =
        samples == 0 ? longest_ns : latency_quantile_ns(buckets, samples, q, ns_per_tick);
    counters.emplace_back(name, std::min(ns, longest_ns));
  }
  counters.emplace_back("acquire_max_ns", longest_ns);
}

// Of workloads with interrupts.
void add_packets(const Workers& workers, const std::vector<std::size_t>& slices, double ns_per_tick,
                 Counters& counters) {
  double sent = 0;
  double dropped = 0;
  double dpcs = 0;
  for (const spinlab_worker* w : workers) {
    sent += static_cast<double>(w->packets_sent);
    dropped += static_cast<double>(w->packets_dropped);
    dpcs += static_cast<double>(w->dpcs);
  }
  if (sent == 0) return;
  counters.emplace_back("packets_per_second",
                        median_rate(workers, slices, ns_per_tick, packets_of));
  counters.emplace_back("packets_per_dpc", (sent - dropped) / std::max(dpcs, 1.0));
  counters.emplace_back("packets_dropped_share", dropped / sent);
}

}  // namespace

Counters window_counters(const Workers& workers, double ns_per_tick) {
  const Slices slices = select_slices(workers);
  const double rate = median_rate(workers, slices.judged(), ns_per_tick, acquisitions_of);
  const double threads = static_cast<double>(workers.size());
  Counters counters;
  counters.emplace_back("acquisitions_per_second", rate);
  counters.emplace_back("acquisitions_per_second_all",
                        median_rate(workers, slices.all, ns_per_tick, acquisitions_of));
  counters.emplace_back("ns_per_acquisition", rate == 0 ? 0 : threads * 1e9 / rate);
  add_sharing(workers, slices.judged(), counters);
  add_latency(workers, ns_per_tick, counters);
  add_packets(workers, slices.judged(), ns_per_tick, counters);
  counters.emplace_back("windows_kept", static_cast<double>(slices.kept.size()));
  counters.emplace_back("windows_rejected",
                        static_cast<double>(slices.all.size() - slices.kept.size()));
  return counters;
}

double counter_of(const Counters& counters, std::string_view name) {
  const auto found = std::ranges::find(counters, name, &std::pair<std::string, double>::first);
  return found == counters.end() ? 0 : found->second;
}

}  // namespace spinlab
