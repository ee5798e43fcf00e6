// Replay strings, up to the execution that they show.
#include "harness/check_run.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spinlab;
  read_input([&] { replay_check(std::string(text_of_input(data, size))); });
  return 0;
}
