// Topology files, up to the model of their machine.
#include "harness/topology_file.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spinlab;
  read_input([&] {
    const std::string path = "no-such-folder/machine.json";
    const TopologyFile file = topology_from_json_text(text_of_input(data, size), path);
    make_model(file, file.topology(), [](std::string_view) { return Quantile::kP95; });
    const std::string text = to_json_text(file);
    if (to_json_text(topology_from_json_text(text, path)) != text) fault("not printed as read");
  });
  return 0;
}
