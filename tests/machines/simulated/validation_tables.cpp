// The tables of docs/validation.md that the simulator makes by itself; scripts/validate runs it.
#include <fmt/core.h>

#include <string>
#include <vector>

#include "algorithms/all_locks.hpp"
#include "harness/placement.hpp"
#include "harness/simulated_ping_pong.hpp"
#include "harness/topology_file.hpp"
#include "tests/machines/simulated/collapse_chain.hpp"
#include "tests/machines/simulated/lock_loop.hpp"
#include "tests/machines/simulated/ticket_apart.hpp"
#include "tests/machines/simulated/uniform_model.hpp"

namespace spinlab::simulated {
namespace {

void print_collapse() {
  fmt::print("| cores | chain, c = 0 | simulated | chain, c = 120 | simulated | deviation |\n");
  fmt::print("| --- | --- | --- | --- | --- | --- |\n");
  for (const int cores : {8, 16, 24, 32, 48, 64, 128}) {
    const double chain = chain_speed_up(cores, 120);
    const double simulated = simulated_speed_up(cores, 120);
    fmt::print("| {} | {:.1f} | {:.1f} | {:.2f} | {:.2f} | {:+.1f} % |\n", cores,
               chain_speed_up(cores, 0), simulated_speed_up(cores, 0), chain, simulated,
               (simulated / chain - 1) * 100);
  }
}

// Published: locktorture on 4 x 18 cores, millions of operations in 10 s; A. Kogan, "Add
// NUMA-awareness to qspinlock", v10, LKML 2020-04-03.
struct Published {
  int threads;
  double stock;
  double cna;
};
constexpr Published kPublished[] = {{1, 2.702, 2.712},  {2, 3.691, 3.672},  {4, 4.285, 4.256},
                                    {8, 5.117, 5.972},  {16, 6.273, 7.628}, {32, 6.757, 8.544},
                                    {36, 6.761, 8.691}, {72, 6.569, 9.280}, {108, 6.167, 9.410},
                                    {142, 5.901, 9.415}};

// locktorture: a short section, delays of 1,000 / threads ns an acquisition on average.
template <template <class> class LockOver>
double torture_ns(const Model& model, const std::vector<int>& processors, bool shares) {
  const auto threads = static_cast<Ticks>(processors.size());
  LoopOptions options;
  options.inside = (90 + 1000 / threads) * kTicksPerNs;
  options.outside = 20 * kTicksPerNs;
  options.shared_counter = shares;
  options.warm_up = 500'000;
  options.end = 40'000'000;
  options.processor_of = [&processors](int thread) {
    return static_cast<std::uint32_t>(processors[static_cast<std::size_t>(thread)]);
  };
  return run_loop<LockOver>(model, static_cast<int>(processors.size()), options).ns_per_acquisition;
}

// `shares`: the section writes a line of data, as the torture's own flag.
double gain(const Model& model, const std::vector<int>& processors, bool shares) {
  return torture_ns<QspinLock>(model, processors, shares) /
         torture_ns<QspinCnaLock>(model, processors, shares);
}

Model model_at(const TopologyFile& file, const std::function<Quantile(std::string_view)>& choose) {
  return make_model(file, file.topology(), choose);
}

void print_cna() {
  const TopologyFile file = find_topology("xeon-e7-8895v3-4x18");
  const Topology topology = file.topology();
  const Model median = model_at(file, [](std::string_view) { return Quantile::kMedian; });
  fmt::print(
      "| threads | published CNA / stock | simulated | deviation | costs at 5 to 95 % "
      "| without the data's line | deviation |\n");
  fmt::print("| --- | --- | --- | --- | --- | --- | --- |\n");
  for (const Published& row : kPublished) {
    const std::vector<int> processors = place(topology, "scatter", row.threads);
    const double published = row.cna / row.stock;
    const auto at = [&](Quantile quantile) {
      const Model model = model_at(file, [quantile](std::string_view) { return quantile; });
      return gain(model, processors, true);
    };
    const double with = gain(median, processors, true);
    const double without = gain(median, processors, false);
    fmt::print("| {} | {:.3f} | {:.3f} | {:+.0f} % | {:.2f} to {:.2f} | {:.3f} | {:+.0f} % |\n",
               row.threads, published, with, (with / published - 1) * 100, at(Quantile::kP5),
               at(Quantile::kP95), without, (without / published - 1) * 100);
  }
}

double loop_ns(const Model& model, const std::vector<int>& processors,
               LoopResult (*run)(const Model&, int, const LoopOptions&)) {
  LoopOptions options;
  options.outside = 2000;
  options.shared_counter = true;
  options.warm_up = 1'000'000;
  options.end = 20'000'000;
  options.processor_of = [&processors](int thread) {
    return static_cast<std::uint32_t>(processors[static_cast<std::size_t>(thread)]);
  };
  return run(model, static_cast<int>(processors.size()), options).ns_per_acquisition;
}

// One cost at a time.
void print_sensitivity() {
  const TopologyFile file = find_topology("epyc-7742-2x64");
  const std::vector<int> processors = place(file.topology(), "core", 64);
  struct Column {
    const char* name;
    LoopResult (*run)(const Model&, int, const LoopOptions&);
  };
  constexpr Column kColumns[] = {{"ttas", &run_loop<TtasLock>},
                                 {"ticket", &run_loop<TicketLock>},
                                 {"mcs", &run_loop<McsLock>},
                                 {"cna", &run_loop<CnaLock>}};
  std::vector<std::string> costs;
  const Model median = model_at(file, [&costs](std::string_view cost) {
    costs.emplace_back(cost);
    return Quantile::kMedian;
  });
  fmt::print("| cost |");
  for (const Column& column : kColumns) fmt::print(" {} |", column.name);
  fmt::print("\n| --- | --- | --- | --- | --- |\n| all at their medians, ns |");
  for (const Column& column : kColumns)
    fmt::print(" {:.0f} |", loop_ns(median, processors, column.run));
  fmt::print("\n");
  for (const std::string& varied : costs) {
    fmt::print("| {} |", varied);
    for (const Column& column : kColumns) {
      const double base = loop_ns(median, processors, column.run);
      const auto change = [&](Quantile quantile) {
        const Model model = model_at(file, [&](std::string_view cost) {
          return cost == varied ? quantile : Quantile::kMedian;
        });
        return (loop_ns(model, processors, column.run) / base - 1) * 100;
      };
      fmt::print(" {:+.0f} to {:+.0f} % |", change(Quantile::kP5), change(Quantile::kP95));
    }
    fmt::print("\n");
  }
}

// Neither was fitted where a transfer was measured by itself.
void print_ping_pong(const std::string& topology) {
  const TopologyFile file = find_topology(topology);
  fmt::print("| transfer, ns | ping-pong on one line, ns one way | on two lines |\n");
  fmt::print("| --- | --- | --- |\n");
  for (const Quantile quantile : {Quantile::kP5, Quantile::kMedian, Quantile::kP95}) {
    const Model model = model_at(file, [quantile](std::string_view cost) {
      return cost.starts_with("transfers.") ? quantile : Quantile::kMedian;
    });
    fmt::print("| {:.1f} | {:.1f} | {:.1f} |\n",
               static_cast<double>(model.classes.front().ticks) / kTicksPerNs,
               simulated_one_way_ns(model), simulated_one_way_ns(model, PingPongLines::kTwo));
  }
}

}  // namespace
}  // namespace spinlab::simulated

// With a topology file: its simulated ping-pongs. Without: everything else.
int main(int count, char** arguments) {
  if (count > 1) {
    spinlab::simulated::print_ping_pong(arguments[1]);
    return 0;
  }
  fmt::print("Collapse of the ticket lock\n\n");
  spinlab::simulated::print_collapse();
  fmt::print("\nCNA against the queued spin lock\n\n");
  spinlab::simulated::print_cna();
  fmt::print("\nSensitivity, 64 threads on epyc-7742-2x64\n\n");
  spinlab::simulated::print_sensitivity();
}
