// The memory model by litmus tests, continued: read-modify-writes, release sequences and fences.
#include <gmock/gmock.h>

#include <array>

#include "litmus_sets.hpp"

namespace spinlab::litmus {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using enum std::memory_order;

// ---- atomicity ----

TEST(Update, ThreeAdditionsEachReadAnotherValue) {
  const Thread one = {fetch_add(kX, 1, relaxed)};
  EXPECT_THAT(registers_and_finals_of({one, one, one}),
              ElementsAre("0 | 1 | 2 -> 3", "0 | 2 | 1 -> 3", "1 | 0 | 2 -> 3", "1 | 2 | 0 -> 3",
                          "2 | 0 | 1 -> 3", "2 | 1 | 0 -> 3"));
}

TEST(Update, TwoExchangesStandOneBehindTheOther) {
  EXPECT_THAT(registers_and_finals_of({{exchange(kX, 1, relaxed)}, {exchange(kX, 2, relaxed)}}),
              ElementsAre("0 | 1 -> 2", "2 | 0 -> 1"));
}

TEST(Update, NoStoreComesBetweenItsReadAndItsWrite) {
  EXPECT_THAT(registers_and_finals_of({{fetch_add(kX, 1, relaxed)}, {store(kX, 5, relaxed)}}),
              ElementsAre("0 -> 5", "5 -> 6"));
}

TEST(Update, OneOfTwoCompareExchangesWins) {
  EXPECT_THAT(registers_and_finals_of({{compare_exchange(kX, 0, 1, relaxed, relaxed)},
                                       {compare_exchange(kX, 0, 2, relaxed, relaxed)}}),
              ElementsAre("0 | 1 -> 1", "2 | 0 -> 2"));
}

TEST(Update, AFailedCompareExchangeWritesNothingAndMayReadAnOldValue) {
  EXPECT_THAT(registers_and_finals_of({{store(kX, 1, relaxed), store(kX, 2, relaxed)},
                                       {compare_exchange(kX, 2, 9, relaxed, relaxed)}}),
              ElementsAre("0 -> 2", "1 -> 2", "2 -> 9"));
}

TEST(Update, AFailedCompareExchangeAcquiresByItsFailureOrder) {
  const auto with = [](memory_order success, memory_order failure) {
    return registers_of({{store(kX, 1, relaxed), store(kY, 1, release)},
                         {compare_exchange(kY, 7, 9, success, failure), load(kX, relaxed)}});
  };
  EXPECT_THAT(with(relaxed, acquire), ElementsAre("0 0", "0 1", "1 1"));
  EXPECT_THAT(with(acq_rel, relaxed), ElementsAre("0 0", "0 1", "1 0", "1 1"));
}

TEST(Update, ASucceedingCompareExchangeAcquiresByItsSuccessOrder) {
  const auto with = [](memory_order success, memory_order failure) {
    return registers_of({{store(kX, 1, relaxed), store(kY, 1, release)},
                         {compare_exchange(kY, 1, 9, success, failure), load(kX, relaxed)}});
  };
  EXPECT_THAT(with(acquire, relaxed), ElementsAre("0 0", "0 1", "1 1"));
  EXPECT_THAT(with(release, acquire), ElementsAre("0 0", "0 1", "1 0", "1 1"));
}

// ---- release sequences ----

Program sequence(const Instruction& continued) {
  return {{store(kX, 1, relaxed), store(kY, 1, release)},
          {continued},
          {load(kY, acquire), load(kX, relaxed)}};
}

TEST(ReleaseSequence, AnotherThreadsRelaxedUpdateContinuesIt) {
  EXPECT_THAT(
      registers_of(sequence(compare_exchange(kY, 1, 2, relaxed, relaxed))),
      ElementsAre("0 | 0 0", "0 | 0 1", "0 | 1 1", "1 | 0 0", "1 | 0 1", "1 | 1 1", "1 | 2 1"));
}

TEST(ReleaseSequence, AnUpdateThatPrecedesTheReleaseIsNotOfIt) {
  EXPECT_THAT(registers_of(sequence(exchange(kY, 2, relaxed))),
              ElementsAre("0 | 0 0", "0 | 0 1", "0 | 1 1", "0 | 2 0", "0 | 2 1", "1 | 0 0",
                          "1 | 0 1", "1 | 1 1", "1 | 2 1"));
}

TEST(ReleaseSequence, AnotherThreadsStoreEndsIt) {
  const auto found = registers_of(sequence(store(kY, 2, relaxed)));
  EXPECT_THAT(found, ElementsAre("0 0", "0 1", "1 1", "2 0", "2 1"));
}

TEST(ReleaseSequence, ItsThreadsOwnLaterStoreEndsItToo) {
  EXPECT_THAT(registers_of({{store(kX, 1, relaxed), store(kY, 1, release), store(kY, 2, relaxed)},
                            {load(kY, acquire), load(kX, relaxed)}}),
              ElementsAre("0 0", "0 1", "1 1", "2 0", "2 1"));
}

TEST(ReleaseSequence, ItsThreadsOwnLaterUpdateContinuesIt) {
  EXPECT_THAT(
      registers_of({{store(kX, 1, relaxed), store(kY, 1, release), fetch_add(kY, 1, relaxed)},
                    {load(kY, acquire), load(kX, relaxed)}}),
      ElementsAre("1 | 0 0", "1 | 0 1", "1 | 1 1", "1 | 2 1"));
}

TEST(ReleaseSequence, TwoUpdatesInARowContinueIt) {
  const auto found = registers_of({{store(kX, 1, relaxed), store(kY, 1, release)},
                                   {fetch_add(kY, 1, relaxed)},
                                   {fetch_add(kY, 1, relaxed)},
                                   {load(kY, acquire), load(kX, relaxed)}});
  EXPECT_THAT(found, Contains("1 | 2 | 3 1"));
  EXPECT_THAT(found, Contains("2 | 1 | 3 1"));
  EXPECT_THAT(found, Not(Contains("1 | 2 | 3 0")));
  EXPECT_THAT(found, Not(Contains("2 | 1 | 3 0")));
}

TEST(ReleaseSequence, AReleasingUpdatePassesItsOwnMessageAndTheOnesBefore) {
  const auto found =
      registers_of({{store(kX, 1, relaxed), store(kY, 1, release)},
                    {store(kZ, 1, relaxed), compare_exchange(kY, 1, 2, release, relaxed)},
                    {load(kY, acquire), load(kX, relaxed), load(kZ, relaxed)}});
  for (const char* lost : {"1 | 2 0 0", "1 | 2 0 1", "1 | 2 1 0"})
    EXPECT_THAT(found, Not(Contains(lost)));
  EXPECT_THAT(found, Contains("1 | 2 1 1"));
}

// ---- fences ----

struct Side {
  const char* name;
  Thread thread;
  bool orders;
};

TEST(Fence, PassesAMessageWithAnyReleaseBeforeAndAnyAcquireBehind) {
  const Instruction data = store(kX, 1, relaxed);
  const Instruction flag = store(kY, 1, relaxed);
  const Instruction look = load(kY, relaxed);
  const Instruction take = load(kX, relaxed);
  const std::array<Side, 7> writers = {
      {{"nothing", {data, flag}, false},
       {"a release store", {data, store(kY, 1, release)}, true},
       {"a release fence", {data, fence(release), flag}, true},
       {"an acq_rel fence", {data, fence(acq_rel), flag}, true},
       {"a seq_cst fence", {data, fence(seq_cst), flag}, true},
       {"an acquire fence", {data, fence(acquire), flag}, false},
       {"a late release fence", {data, flag, fence(release)}, false}}};
  const std::array<Side, 7> readers = {
      {{"nothing", {look, take}, false},
       {"an acquire load", {load(kY, acquire), take}, true},
       {"an acquire fence", {look, fence(acquire), take}, true},
       {"an acq_rel fence", {look, fence(acq_rel), take}, true},
       {"a seq_cst fence", {look, fence(seq_cst), take}, true},
       {"a release fence", {look, fence(release), take}, false},
       {"an early acquire fence", {fence(acquire), look, take}, false}}};
  for (const Side& writer : writers)
    for (const Side& reader : readers) {
      std::set<std::string> expected = {"0 0", "0 1", "1 0", "1 1"};
      if (writer.orders && reader.orders) expected.erase("1 0");
      EXPECT_EQ(registers_of({writer.thread, reader.thread}), expected)
          << writer.name << " with " << reader.name;
    }
}

TEST(Fence, OfReleaseReachesARelaxedUpdateAndWhatContinuesIt) {
  const auto found =
      registers_of({{store(kX, 1, relaxed), fence(release), exchange(kY, 1, relaxed)},
                    {compare_exchange(kY, 1, 2, relaxed, relaxed)},
                    {load(kY, relaxed), fence(acquire), load(kX, relaxed)}});
  EXPECT_THAT(found, Contains("0 | 1 | 2 1"));
  EXPECT_THAT(found, Not(Contains("0 | 1 | 2 0")));
  EXPECT_THAT(found, Not(Contains("0 | 0 | 1 0")));
}

TEST(Fence, OfReleaseCoversOnlyWhatCameBeforeIt) {
  EXPECT_THAT(registers_of({{fence(release), store(kX, 1, relaxed), store(kY, 1, relaxed)},
                            {load(kY, acquire), load(kX, relaxed)}}),
              ElementsAre("0 0", "0 1", "1 0", "1 1"));
}

TEST(Fence, OfAcquireTakesEveryEarlierRead) {
  const auto found = registers_of({{store(kX, 1, relaxed), store(kY, 1, release)},
                                   {load(kY, relaxed), load(kY, relaxed), load(kZ, relaxed),
                                    fence(acquire), load(kX, relaxed)}});
  EXPECT_THAT(found, ElementsAre("0 0 0 0", "0 0 0 1", "0 1 0 1", "1 1 0 1"));
}

TEST(Fence, OfSeqCstOnBothSidesForbidsStoreBuffering) {
  const auto buffering = [](const Instruction& left, const Instruction& right) {
    return registers_of({{store(kX, 1, relaxed), left, load(kY, relaxed)},
                         {store(kY, 1, relaxed), right, load(kX, relaxed)}});
  };
  EXPECT_THAT(buffering(fence(seq_cst), fence(seq_cst)), ElementsAre("0 | 1", "1 | 0", "1 | 1"));
  EXPECT_THAT(buffering(fence(seq_cst), fence(acq_rel)), Contains("0 | 0"));
  EXPECT_THAT(buffering(fence(acq_rel), fence(acq_rel)), Contains("0 | 0"));
}

TEST(Fence, OfSeqCstIsOrderedWithSeqCstOperations) {
  EXPECT_THAT(registers_of({{store(kX, 1, relaxed), fence(seq_cst), load(kY, relaxed)},
                            {store(kY, 1, seq_cst), load(kX, seq_cst)}}),
              ElementsAre("0 | 1", "1 | 0", "1 | 1"));
}

TEST(Fence, OfSeqCstForbidsStoresAgainstTheOrderOfExecution) {
  EXPECT_THAT(
      registers_and_finals_of({{store(kX, 1, relaxed), fence(seq_cst), store(kY, 2, relaxed)},
                               {store(kY, 1, relaxed), fence(seq_cst), store(kX, 2, relaxed)}}),
      ElementsAre(" -> 1 2", " -> 2 1", " -> 2 2"));
}

TEST(Fence, OfSeqCstOrdersAStoreWithALaterRead) {
  EXPECT_THAT(
      registers_and_finals_of({{store(kX, 1, relaxed), fence(seq_cst), store(kY, 1, relaxed)},
                               {store(kY, 2, relaxed), fence(seq_cst), load(kX, relaxed)}}),
      ElementsAre("0 -> 1 1", "1 -> 1 1", "1 -> 1 2"));
}

}  // namespace
}  // namespace spinlab::litmus
