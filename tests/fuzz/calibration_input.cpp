// Calibrations.
#include "harness/calibration.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spinlab;
  read_input([&] {
    const std::string text = to_json_text(calibration_from_json_text(text_of_input(data, size)));
    if (to_json_text(calibration_from_json_text(text)) != text) fault("not printed as read");
  });
  return 0;
}
