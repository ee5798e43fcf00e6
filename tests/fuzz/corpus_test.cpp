// The fuzzers' corpus, in every build: an input that was once a fault must stay none.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/input.hpp"

namespace spinlab {
namespace {

std::vector<std::filesystem::path> corpus() {
  std::vector<std::filesystem::path> paths;
  const char* const folder = std::getenv("SPINLAB_CORPUS");
  if (folder == nullptr) return paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  return paths;
}

TEST(Corpus, OfEveryReaderEndsInAnswersOrReasons) {
  const auto paths = corpus();
  ASSERT_FALSE(paths.empty()) << "SPINLAB_CORPUS must name the folder";
  for (const auto& path : paths) {
    SCOPED_TRACE(path.string());
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto* const data = reinterpret_cast<const std::uint8_t*>(text.data());
    LLVMFuzzerTestOneInput(data, text.size());
    // Cut short, as a file of a full disk is.
    for (std::size_t part = 0; part < 8; ++part) {
      LLVMFuzzerTestOneInput(data, text.size() * part / 8);
    }
  }
}

}  // namespace
}  // namespace spinlab
