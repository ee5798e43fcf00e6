// The programs that the shipped latencies were measured with, on the machines that are made of them.
#include <gtest/gtest.h>

#include <cstddef>

#include "harness/topology_file.hpp"
#include "machines/simulated/simulated.hpp"

namespace spinlab {
namespace {

using simulated::Model;

double median_ns(const Model& model, std::uint32_t processor, std::uint32_t other) {
  constexpr std::uint32_t kTrips = 200;
  simulated::Simulation simulation(model, /*seed=*/1, /*most_threads=*/2);
  auto& turn = simulation.make<Simulated::Cell<std::uint32_t>>(/*home=*/0, 0U);
  // As core-to-core-latency: each side retries a compare-exchange until the other's was there.
  const auto take_turns = [&turn](std::uint32_t side) {
    for (std::uint32_t trip = 0; trip < kTrips; ++trip) {
      std::uint32_t expected = side;
      while (
          !turn.compare_exchange(expected, 1 - side, memory_order::acq_rel, memory_order::relaxed))
        expected = side;
    }
  };
  simulation.spawn(processor, [&] { take_turns(0); });
  simulation.spawn(other, [&] { take_turns(1); });
  simulation.run();
  return static_cast<double>(simulation.now()) / (2.0 * kTrips * simulated::kTicksPerNs);
}

// Of the first pair of the class whose line is at home in the package of the one and of the other.
double simulated_ns(const Model& model, std::size_t number) {
  for (std::uint32_t other = 0; other < model.processors; ++other)
    if (other != 0 && model.class_between[other] == number && model.package[other] == 0)
      return median_ns(model, 0, other);
  for (std::uint32_t other = 1; other < model.processors; ++other)
    if (model.class_between[other] == number) return median_ns(model, 0, other);
  return 0;
}

TEST(CompareExchangePingPong, TakesWhatTheCollectionsMeasuredOnEachMachine) {
  int compared = 0;
  for (const TopologyFile& file : shipped_topologies()) {
    if (!file.transfers_contain_rmw || !file.between_packages.empty()) continue;
    Model model =
        make_model(file, file.topology(), [](std::string_view) { return Quantile::kMedian; });
    model.jitter_percent = 0;
    for (std::size_t number = 0; number < model.classes.size(); ++number) {
      for (const auto& [distance, transfer] : file.transfers) {
        if (transfer_name(distance) != model.classes[number].name) continue;
        // The local work around each operation is no part of the model's transfers.
        const double published = transfer.near_home.median + file.operation.median;
        EXPECT_NEAR(simulated_ns(model, number), published, 0.02 * published + 0.2)
            << file.name << ", " << model.classes[number].name;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 30);
}

TEST(CompareExchangePingPong, OfTransfersWithoutTheOperationTakesTheOperationMore) {
  TopologyFile file = find_topology("uniform-128");
  const Model model =
      make_model(file, file.topology(), [](std::string_view) { return Quantile::kMedian; });
  EXPECT_NEAR(simulated_ns(model, 0), 60 + 5, 1);
}

}  // namespace
}  // namespace spinlab
