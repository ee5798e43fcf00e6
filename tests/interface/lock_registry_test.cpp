// Where locks live that are larger than a KSPIN_LOCK.
#include "interface/lock_registry.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <latch>
#include <set>
#include <thread>
#include <vector>

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
  Object<0>& object = Registry<0>::install(&word);
  EXPECT_EQ(word, reinterpret_cast<KSPIN_LOCK>(&object));
  EXPECT_EQ(&Registry<0>::install(&word), &object);
  EXPECT_EQ(Registry<0>::find(&word), &object);
}

TEST(LockRegistry, FindInstallsNothing) {
  KSPIN_LOCK word = 0;
  EXPECT_EQ(Registry<1>::find(&word), nullptr);
  EXPECT_EQ(word, 0U);
  EXPECT_EQ(Registry<1>::size(), 0U);
}

TEST(LockRegistry, ResetsAndReusesTheObjectOfAKnownAddress) {
  KSPIN_LOCK word = 0;
  Object<2>& object = Registry<2>::install(&word);
  object.marks = 7;
  word = 0;
  EXPECT_EQ(&Registry<2>::install(&word), &object);
  EXPECT_EQ(object.marks, 0);
  EXPECT_EQ(Registry<2>::size(), 1U);
}

TEST(LockRegistry, ForgetGivesTheObjectBackAndClearsTheWord) {
  KSPIN_LOCK used = 0, never_used = 0;
  Registry<3>::install(&used);
  Registry<3>::forget(&used);
  Registry<3>::forget(&never_used);
  EXPECT_EQ(used, 0U);
  EXPECT_EQ(Registry<3>::size(), 0U);
}

TEST(LockRegistry, TellsManyWordsApartAndForgetsInAnyOrder) {
  std::vector<KSPIN_LOCK> words(5000);
  int marks = 0;
  for (KSPIN_LOCK& word : words) Registry<5>::install(&word).marks = ++marks;
  for (std::size_t even = 0; even < words.size(); even += 2) Registry<5>::forget(&words[even]);
  EXPECT_EQ(Registry<5>::size(), words.size() / 2);
  for (std::size_t odd = 1; odd < words.size(); odd += 2) {
    const Object<5>* const known = Registry<5>::find(&words[odd]);
    words[odd] = 0;
    EXPECT_EQ(known->marks, static_cast<int>(odd) + 1);
    EXPECT_EQ(&Registry<5>::install(&words[odd]), known);
  }
  EXPECT_EQ(Registry<5>::size(), words.size() / 2);
}

TEST(LockRegistry, PlacesObjectsOnLinesOfTheirOwn) {
  std::array<KSPIN_LOCK, 8> words{};
  std::set<KSPIN_LOCK> lines;
  for (KSPIN_LOCK& word : words)
    lines.insert(reinterpret_cast<KSPIN_LOCK>(&Registry<4>::install(&word)) / 128);
  EXPECT_EQ(lines.size(), words.size());
}

// Construction takes so long that all threads have seen the zero word before it ends.
struct SlowObject {
  inline static int constructions = 0;  // Written under the registry's mutex.

  SlowObject() {
    ++constructions;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
};

TEST(LockRegistry, ThreadsThatAllSeeAZeroWordGetOneObjectOnce) {
  using SlowRegistry = LockRegistry<SlowObject, 128>;
  KSPIN_LOCK word = 0;
  std::array<SlowObject*, kThreads> found{};
  std::latch start(kThreads);
  std::vector<std::jthread> threads;
  for (SlowObject*& mine : found) {
    threads.emplace_back([&word, &mine, &start] {
      start.arrive_and_wait();
      mine = &SlowRegistry::install(&word);
    });
  }
  threads.clear();  // Joins.
  EXPECT_EQ(std::set<SlowObject*>(found.begin(), found.end()).size(), 1U);
  EXPECT_EQ(SlowObject::constructions, 1);
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
