// Block files: their seals, and joining them. The fuzzer finds no checksum, so joining gets the
// text as if its seal fitted.
#include "harness/block_file.hpp"
#include "harness/results.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spinlab;
  const std::string_view text = text_of_input(data, size);
  constexpr BlockSeal kSeal{.block = 0, .rows = 1};
  if (open_block(seal_block(text, kSeal), kSeal).json != text) fault("sealed, and not opened");
  if (open_block(text, kSeal).damage.empty() &&
      text != seal_block(open_block(text, kSeal).json, kSeal))
    fault("another text under the same seal");
  read_input([&] {
    const BlockText block{.path = "block", .json = std::string(text)};
    count_windows(block);
    const JoinedRun joined = merge_blocks(
        {block, block}, R"({"format": "spinlab-results-1", "machine": "native"})", "plan");
    const InputFile file(joined.json);
    if (plan_of_results(file.path()) != "plan") fault("what was joined is not read again");
  });
  return 0;
}
