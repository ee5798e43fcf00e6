// A stop may come in a signal that interrupted malloc.
#include <array>
#include <cstring>

#include "interface/spinlab_guards.hpp"
#include "tests/interface/counted_allocations.hpp"
#include "tests/interface/verifier/stops.hpp"

namespace spinlab::verifier {

// In C++, with a name that has to be made readable.
template <class Lock>
[[gnu::noinline]] void make_two_guards(Lock& lock) {
  const ke::spin_lock_guard outer(lock);
  const ke::at_dpc_spin_lock_guard inner(lock);
}

namespace {

std::array<char, 4096> seen_text;

TEST(Stop, AllocatesNothing) {
  ASSERT_TRUE(SpinlabIsVerifying());
  SpinlabSetStopHandler(
      [](const SPINLAB_STOP* stop, PVOID) {
        std::strncpy(seen_text.data(), stop->Text, seen_text.size() - 1);
      },
      nullptr);
  KSPIN_LOCK lock = 0;
  {
    const ke::spin_lock_guard first_of_the_thread(lock);
  }
  counts_allocations = true;
  make_two_guards(lock);
  counts_allocations = false;
  KeLowerIrql(PASSIVE_LEVEL);
  EXPECT_EQ(allocations, 0);
  EXPECT_THAT(seen_text.data(), testing::HasSubstr("(void spinlab::verifier::make_two_guards<"
                                                   "unsigned long>(unsigned long&))\n"));
}

}  // namespace
}  // namespace spinlab::verifier
