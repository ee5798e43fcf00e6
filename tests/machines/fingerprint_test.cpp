// The host's name, from texts as different processors show them in /proc/cpuinfo.
#include "machines/native/fingerprint.hpp"

#include <gmock/gmock.h>

namespace spinlab {
namespace {

constexpr const char* kTwoSockets =
    "processor\t: 0\n"
    "model name\t: Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz\n"
    "physical id\t: 0\n"
    "\n"
    "processor\t: 1\n"
    "model name\t: Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz\n"
    "physical id\t: 1\n";

constexpr const char* kArm =
    "processor\t: 0\n"
    "CPU implementer\t: 0x41\n"
    "CPU part\t: 0xd0c\n";

TEST(Fingerprint, TellsModelSocketsAndProcessors) {
  EXPECT_EQ(fingerprint_of(parse_cpuinfo(kTwoSockets, 2)),
            "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz, 2 sockets, 2 processors");
}

TEST(Fingerprint, NamesArmProcessorsByImplementerAndPart) {
  EXPECT_EQ(fingerprint_of(parse_cpuinfo(kArm, 1)), "arm 0x41 part 0xd0c, 1 socket, 1 processor");
}

TEST(Fingerprint, TellsHostsApartThatDifferInProcessors) {
  EXPECT_NE(fingerprint_of(parse_cpuinfo(kArm, 4)), fingerprint_of(parse_cpuinfo(kArm, 8)));
}

TEST(Fingerprint, SurvivesATextWithoutAnything) {
  EXPECT_EQ(fingerprint_of(parse_cpuinfo("", 0)), "unknown, 1 socket, 1 processor");
}

TEST(Slug, KeepsWhatNamesTheModel) {
  const auto slug = [](const char* model) { return slug_of({.model = model, .processors = 2}); };
  EXPECT_EQ(slug("AMD EPYC"), "amd-epyc-2");
  EXPECT_EQ(slug("AMD EPYC 9554 64-Core Processor"), "amd-epyc-9554-2");
  EXPECT_EQ(slug("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz"), "intel-xeon-platinum-8481c-2");
  EXPECT_EQ(slug("arm 0x41 part 0xd0c"), "arm-0x41-part-0xd0c-2");
}

TEST(Slug, IsSafeInFileNames) {
  EXPECT_THAT(slug_of({.model = "../A/B C\t*?", .processors = 4}),
              testing::MatchesRegex("[a-z0-9][a-z0-9-]*"));
  EXPECT_THAT(machine_slug(), testing::MatchesRegex("[a-z0-9][a-z0-9-]*"));
}

TEST(Fingerprint, IsTheSameEachTime) { EXPECT_EQ(host_fingerprint(), host_fingerprint()); }

}  // namespace
}  // namespace spinlab
