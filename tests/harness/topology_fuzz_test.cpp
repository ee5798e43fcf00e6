// Shipped topology files, damaged at random: each either is refused by a UserError of one line, or
// is a topology file, with a model, that is printed and read again as the same.
//
// Each seed is one file's. SPINLAB_SEED=17 SPINLAB_ROUNDS=1 repeats one; SPINLAB_ROUNDS=1000000 looks
// for more.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <string_view>

#include "harness/topology_file.hpp"
#include "harness/topology_texts.hpp"
#include "harness/user_error.hpp"
#include "machines/splitmix.hpp"

namespace spinlab {
namespace {

constexpr std::uint64_t kUsualRounds = 3000;
constexpr int kMostDamages = 4;

// What a hasty editor, another program or an enemy would write.
constexpr std::array<std::string_view, 44> kWords{"null",
                                                  "true",
                                                  "-1",
                                                  "0",
                                                  "1",
                                                  "0.5",
                                                  "1e308",
                                                  "1e-308",
                                                  "1e999",
                                                  "18446744073709551616",
                                                  "NaN",
                                                  "\"\"",
                                                  "{}",
                                                  "[]",
                                                  "[[[[[[[[[[[[",
                                                  "{\"a\":{\"a\":{\"a\":",
                                                  ",",
                                                  ":",
                                                  "\"",
                                                  "}",
                                                  "]",
                                                  "\\u0000",
                                                  "\\ud800",
                                                  "\\n",
                                                  "\xff",
                                                  "\xc3(",
                                                  "\xef\xbb\xbf",
                                                  "core:2 pu:1",
                                                  "core:100000000 ",
                                                  "pu:512",
                                                  "numa:4 ",
                                                  "package:17 ",
                                                  "package:2 ",
                                                  "l3:0 ",
                                                  "[numa]",
                                                  "(indexes=",
                                                  "indexes=4*8:1*4)",
                                                  "pu:2(indexes=4000000000,1)",
                                                  "\"xml\": \"machine.xml\", ",
                                                  "\"far_home\": {}, ",
                                                  "\"between_packages\": [[null]], ",
                                                  "\"source\": \"x\", ",
                                                  "\"mesi\"",
                                                  "spinlab-topology-2"};

class Damage {
 public:
  explicit Damage(std::uint64_t seed) : random_(seed) {}

  std::string damaged_file() {
    std::string text(any_file());
    for (std::size_t left = 1 + below(kMostDamages); left > 0; --left) damage(text);
    return text;
  }

 private:
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }

  std::string_view any_file() { return topology_texts()[below(topology_texts().size())].text; }

  void damage(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    switch (below(7)) {
      case 0:
        text.insert(at, kWords[below(kWords.size())]);
        return;
      case 1:
        text.erase(at, 1 + below(8));
        return;
      case 2:
        text.replace(at, 1, 1, static_cast<char>(below(256)));
        return;
      case 3:
        return text.resize(at);
      case 4: {
        const std::string_view other = any_file();
        text.replace(at, below(200), other.substr(below(other.size()), below(200)));
        return;
      }
      default:
        return replace_value(text, at);
    }
  }

  // The next value or word of the file becomes another.
  void replace_value(std::string& text, std::size_t at) {
    constexpr std::string_view kParts = "\"0123456789.";
    const std::size_t first = text.find_first_of(kParts, at);
    if (first == text.npos) return;
    const bool is_text = text[first] == '"';
    const std::size_t last =
        is_text ? text.find('"', first + 1) : text.find_first_not_of(kParts, first);
    if (last == text.npos) return;
    text.replace(first, last - first + (is_text ? 1 : 0), kWords[below(kWords.size())]);
  }

  SplitMix random_;
};

// Whether it was accepted.
bool is_refused_or_right(const std::string& text) {
  try {
    const TopologyFile file = topology_from_json_text(text, "damaged.json");
    const std::string printed = to_json_text(file);
    EXPECT_EQ(to_json_text(topology_from_json_text(printed, "printed.json")), printed);
    const auto choose = [](std::string_view) { return Quantile::kP95; };
    EXPECT_LE(make_model(file, file.topology(), choose).processors, simulated::kMostProcessors);
    return true;
  } catch (const UserError& error) {
    EXPECT_EQ(std::string_view(error.what()).find('\n'), std::string_view::npos) << error.what();
    return false;
  }
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

TEST(DamagedTopologyFiles, AreRefusedOrReadAndPrintedAlike) {
  const std::uint64_t first_seed = from_environment("SPINLAB_SEED", std::random_device()());
  const std::uint64_t rounds = from_environment("SPINLAB_ROUNDS", kUsualRounds);
  std::cout << "SPINLAB_SEED=" << first_seed << " SPINLAB_ROUNDS=" << rounds << std::endl;
  std::uint64_t accepted = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + rounds; ++seed) {
    const std::string text = Damage(seed).damaged_file();
    accepted += is_refused_or_right(text) ? 1 : 0;
    ASSERT_FALSE(HasFailure()) << "SPINLAB_SEED=" << seed << " SPINLAB_ROUNDS=1:\n" << text;
  }
  std::cout << accepted << " accepted\n";
  // Harmless damages exist, too: else nothing would be known of files that are accepted.
  if (rounds >= kUsualRounds) {
    EXPECT_GE(accepted, rounds / 100);
  }
}

}  // namespace
}  // namespace spinlab
