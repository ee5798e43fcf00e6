#include "harness/simulated_ping_pong.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "machines/simulated/simulated.hpp"

namespace spinlab {
namespace {

using simulated::Model;
using simulated::Ticks;

constexpr std::uint64_t kRoundTrips = 300;
constexpr std::uint64_t kWarmUp = 10;
constexpr int kGrid = 200;
constexpr Ticks kOccupancyShare = 5;

double ns_of(Ticks ticks) {
  return static_cast<double>(ticks) / static_cast<double>(simulated::kTicksPerNs);
}

}  // namespace

double simulated_one_way_ns(const Model& model, PingPongLines lines) {
  using Turn = Simulated::Cell<std::uint64_t>;
  simulated::Simulation simulation(model, /*seed=*/1, /*most_threads=*/2);
  auto& ping = simulation.make<Turn>(/*home=*/0, 0U);
  auto& pong = lines == PingPongLines::kOne ? ping : simulation.make<Turn>(/*home=*/0, 0U);
  Ticks begin = 0;
  Ticks end = 0;
  const auto await = [](const Turn& line, std::uint64_t turn) {
    line.await([turn](std::uint64_t seen) { return seen == turn; }, memory_order::acquire);
  };
  simulation.spawn(0, [&] {
    for (std::uint64_t trip = 0; trip < kWarmUp + kRoundTrips; ++trip) {
      if (trip == kWarmUp) begin = simulation.now();
      ping.store(2 * trip + 1, memory_order::release);
      await(pong, 2 * trip + 2);
    }
    end = simulation.now();
  });
  simulation.spawn(1, [&] {
    for (std::uint64_t trip = 0; trip < kWarmUp + kRoundTrips; ++trip) {
      await(ping, 2 * trip + 1);
      pong.store(2 * trip + 2, memory_order::release);
    }
  });
  simulation.run();
  return ns_of(end - begin) / (2.0 * kRoundTrips);
}

std::vector<double> fitted_transfers_ns(Model model, const std::vector<double>& one_ways_ns) {
  struct Point {
    double transfer_ns = 0;
    double one_way_ns = 0;
  };
  const bool share_occupancy = model.read_occupancy == 0;
  const double longest_ns = *std::ranges::max_element(one_ways_ns);
  std::vector<Point> points;
  for (int step = 0; step <= kGrid; ++step) {
    const auto ticks = static_cast<Ticks>(
        std::llround(longest_ns * static_cast<double>(simulated::kTicksPerNs) * step / kGrid));
    model.classes.at(0).ticks = model.classes.at(0).far_home_ticks = ticks;
    if (share_occupancy) model.read_occupancy = ticks / kOccupancyShare;
    points.push_back({ns_of(ticks), simulated_one_way_ns(model)});
  }
  std::vector<double> transfers_ns;
  for (const double one_way_ns : one_ways_ns) {
    const auto error = [&](const Point& point) { return std::abs(point.one_way_ns - one_way_ns); };
    transfers_ns.push_back(std::ranges::min_element(points, {}, error)->transfer_ns);
  }
  return transfers_ns;
}

}  // namespace spinlab
