// Profiles, whose reader throws nothing at all.
#include "interface/profile.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spinlab;
  const InputFile file(text_of_input(data, size));
  const auto read = read_profile(file.path());
  if (const std::string* const reason = std::get_if<std::string>(&read)) {
    if (reason->find(file.path()) == std::string::npos)
      fault("a reason that does not name the file");
  } else if (std::get<Profile>(read).backend.empty()) {
    fault("a profile without a backend");
  }
  return 0;
}
