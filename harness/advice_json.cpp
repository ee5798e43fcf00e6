#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/advice_output.hpp"

namespace spinlab {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kIndent = 2;

Json conditions_json(const Cell& conditions) {
  return {{"workload", conditions.workload},
          {"threads", conditions.threads},
          {"load", conditions.load},
          {"placement", conditions.placement}};
}

Json choice_json(const Choice& choice, const CellAdvice& cell, Objective objective) {
  const Estimate& value = choice.lock.value;
  Json json = conditions_json(cell.conditions);
  json["interface"] = cell.conditions.interface;
  json["objective"] = to_string(objective);
  json["lock"] = choice.lock.name;
  json["value"] = value.median;
  json["unit"] = cell.unit;
  json["interval"] = {value.interval.low, value.interval.high};
  json["interval_reaches_95"] = value.interval.reaches_95;
  json["handovers_per_acquisition"] = nullptr;
  if (choice.lock.handovers) json["handovers_per_acquisition"] = *choice.lock.handovers;
  json["ties"] = choice.ties;
  json["more_ties"] = choice.more_ties;
  json["capture"] = choice.lock.capture;
  json["best_peer"] = nullptr;
  if (!cell.peers.empty()) {
    json["best_peer"] = {{"name", cell.peers.front().name},
                         {"value", cell.peers.front().value.median}};
  }
  return json;
}

Json overall_json(const Advice& advice) {
  if (advice.overall.empty()) return nullptr;
  const Overall& best = advice.overall.front();
  return {{"lock", best.lock},
          {"objective", to_string(advice.objective)},
          {"interface", advice.overall_interface},
          {"worst_regret", best.worst_regret},
          {"where", conditions_json(best.worst_conditions)},
          {"capture", best.capture}};
}

}  // namespace

std::string advice_json(const Advice& advice, const Results& results) {
  Json json{{"machine", results.machine}, {"topology_name", nullptr},
            {"choices", Json::array()},   {"overall", overall_json(advice)},
            {"regrets", Json::array()},   {"failures", Json::array()}};
  json["unpinned_windows"] = std::ranges::count_if(results.rows, is_unpinned);
  if (!results.topology_name.empty()) json["topology_name"] = results.topology_name;
  for (const CellAdvice& cell : advice.cells) {
    for (const Choice& choice : cell.choices) {
      json["choices"].push_back(choice_json(choice, cell, advice.objective));
    }
  }
  for (const Overall& lock : advice.overall) {
    json["regrets"].push_back(
        {{"lock", lock.lock}, {"worst_regret", lock.worst_regret}, {"capture", lock.capture}});
  }
  for (const Failure& failure : advice.failures) {
    json["failures"].push_back({{"run_name", failure.cell.to_run_name()},
                                {"windows", failure.windows},
                                {"error", failure.error}});
  }
  return json.dump(kIndent, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace spinlab
