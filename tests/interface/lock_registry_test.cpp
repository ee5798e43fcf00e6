// Where locks live that are larger than a KSPIN_LOCK.
#include "interface/lock_registry.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <set>

#include "algorithms/tas_lock.hpp"
#include "algorithms/tas_mcs_lock.hpp"
#include "interface/lock_word.hpp"
#include "interface/ndis.hpp"
#include "machines/native/native.hpp"
#include "tests/contention.hpp"

namespace spinlab {
namespace {

// A type of its own for each test, and so a registry of its own.
template <int kTest>
struct Object {
  int marks = 0;
};
template <int kTest>
using Registry = LockRegistry<Object<kTest>, 128>;

static_assert(kFitsInWord<TasLock, Native>);
static_assert(!kFitsInWord<TasMcsLock, Native>);

TEST(LockRegistry, InstallsAnObjectForAZeroWordAndFindsItAgain) {
  KSPIN_LOCK word = 0;
  Object<0>& object = Registry<0>::resolve(&word);
  EXPECT_EQ(word, reinterpret_cast<KSPIN_LOCK>(&object));
  EXPECT_EQ(&Registry<0>::resolve(&word), &object);
  EXPECT_EQ(Registry<0>::peek(&word), &object);
}

TEST(LockRegistry, PeekInstallsNothing) {
  KSPIN_LOCK word = 0;
  EXPECT_EQ(Registry<1>::peek(&word), nullptr);
  EXPECT_EQ(word, 0U);
  EXPECT_EQ(Registry<1>::size(), 0U);
}

TEST(LockRegistry, ResetsAndReusesTheObjectOfAKnownAddress) {
  KSPIN_LOCK word = 0;
  Object<2>& object = Registry<2>::resolve(&word);
  object.marks = 7;
  word = 0;
  EXPECT_EQ(&Registry<2>::resolve(&word), &object);
  EXPECT_EQ(object.marks, 0);
  EXPECT_EQ(Registry<2>::size(), 1U);
}

TEST(LockRegistry, ForgetGivesTheObjectBackAndClearsTheWord) {
  KSPIN_LOCK used = 0, never_used = 0;
  Registry<3>::resolve(&used);
  Registry<3>::forget(&used);
  Registry<3>::forget(&never_used);
  EXPECT_EQ(used, 0U);
  EXPECT_EQ(Registry<3>::size(), 0U);
}

TEST(LockRegistry, PlacesObjectsOnLinesOfTheirOwn) {
  std::array<KSPIN_LOCK, 8> words{};
  std::set<KSPIN_LOCK> lines;
  for (KSPIN_LOCK& word : words)
    lines.insert(reinterpret_cast<KSPIN_LOCK>(&Registry<4>::resolve(&word)) / 128);
  EXPECT_EQ(lines.size(), words.size());
}

TEST(LockRegistry, ThreadsThatRaceForAZeroWordGetOneObject) {
  struct Race {
    KSPIN_LOCK word = 0;
    std::array<std::atomic<Object<5>*>, kThreads> found{};
  };
  std::array<Race, 64> races;
  std::latch start(kThreads);
  {
    std::array<std::jthread, kThreads> threads;
    for (std::size_t thread = 0; thread < kThreads; ++thread) {
      threads[thread] = std::jthread([&races, &start, thread] {
        start.arrive_and_wait();
        for (Race& race : races) {
          // relaxed: read after the threads have been joined.
          race.found[thread].store(&Registry<5>::resolve(&race.word), std::memory_order::relaxed);
        }
      });
    }
  }
  for (const Race& race : races) {
    for (const auto& found : race.found)
      EXPECT_EQ(found.load(std::memory_order::relaxed), race.found[0]);
  }
  EXPECT_EQ(Registry<5>::size(), races.size());
}

TEST(LockRegistry, NdisFreeGivesBackALockOutOfLine) {
  using Word = LockWord<TasMcsLock, NativeYielding>;
  using Core = Ndis<TasMcsLock, NativeYielding>;
  const std::size_t before = Word::Registry::size();
  NDIS_SPIN_LOCK lock;
  Core::allocate(&lock);
  EXPECT_EQ(Word::Registry::size(), before);
  Core::acquire(&lock);
  EXPECT_EQ(Word::Registry::size(), before + 1);
  Core::release(&lock);
  Core::free(&lock);
  EXPECT_EQ(Word::Registry::size(), before);
  EXPECT_EQ(lock.SpinLock, 0U);
}

}  // namespace
}  // namespace spinlab
