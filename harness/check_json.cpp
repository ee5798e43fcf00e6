// The checker's results as JSON.
#include <nlohmann/json.hpp>

#include "harness/check_output.hpp"

namespace spinlab {

using Json = nlohmann::ordered_json;

std::string checks_json(const std::vector<CheckResult>& results) {
  Json array = Json::array();
  for (const CheckResult& result : results)
    array.push_back({{"lock", result.task.lock->name},
                     {"client", result.task.client->name},
                     {"threads", result.task.shape.threads},
                     {"acquisitions", result.task.shape.acquisitions},
                     {"nodes", result.task.shape.nodes},
                     {"symmetric", result.symmetric},
                     {"asks", result.asks},
                     {"sample", result.task.is_sample()},
                     {"executions", result.executions},
                     {"blocked", result.blocked},
                     {"seconds", result.seconds},
                     {"complete", result.complete},
                     {"verdict", checked::name_of(result.verdict)},
                     {"replay", result.replay}});
  return Json{{"results", array}}.dump(1) + "\n";
}

std::string mutants_json(const std::vector<MutantResult>& results) {
  Json array = Json::array();
  for (const MutantResult& result : results)
    array.push_back({{"id", result.mutant.id},
                     {"lock", result.mutant.lock},
                     {"what", result.mutant.what},
                     {"expected", expectation_of(result.mutant)},
                     {"reason", result.mutant.reason},
                     {"verdict", checked::name_of(result.check.verdict)},
                     {"as_expected", result.as_expected()},
                     {"client", result.check.task.client->name},
                     {"threads", result.check.task.shape.threads},
                     {"acquisitions", result.check.task.shape.acquisitions},
                     {"complete", result.check.complete},
                     {"seconds", result.seconds}});
  return Json{{"mutants", array}, {"as_expected", are_as_expected(results)}}.dump(1) + "\n";
}

}  // namespace spinlab
