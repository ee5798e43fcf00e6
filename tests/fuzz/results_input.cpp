// Results files, up to the advice from them.
#include <map>

#include "harness/advice_output.hpp"
#include "harness/recommend.hpp"
#include "harness/results.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spinlab;
  const InputFile file(text_of_input(data, size));
  claims_to_be_results(file.path());
  plan_of_results(file.path());
  read_input([&] {
    const Results results = read_pooled_results({file.path()});
    std::map<std::string, std::string> kinds;
    for (const Contestant& contestant : results.contestants) {
      kinds[contestant.name] = contestant.kind;
    }
    for (const std::string_view objective : kObjectives) {
      const Advice advice = recommend(results.rows, kinds, parse_objective(std::string(objective)));
      if (advice.cells.empty()) continue;
      if (advice_text(advice, results).empty()) fault("advice without words");
      if (advice_json(advice, results).empty()) fault("advice without words");
    }
  });
  return 0;
}
